import type { Reply } from '@aws-starter-kit/dynamo-faults';
import { vi } from 'vitest';
import { answerOf } from './answer.js';
import type { ExploredCall } from './explored-call.js';
import type { Client, ExploredTable } from './explored-table.js';
import { fingerprintOf } from './fingerprint.js';
import { type Attempt, type Caller, LiveCall } from './live-call.js';
import { attemptMoves, lateMove, type Move } from './move.js';
import type { CallRecord, Moment, RunRecord } from './oracle.js';
import { runNames } from './run-names.js';
import type { Scenario } from './scenarios.js';
import { textOf } from './state.js';
import { noKeys } from './step.js';
import { TableWatch } from './table-watch.js';

/** More than any call needs under two faults: a call without an end is an error, not a hang. */
const maxRequests = 30;

/** One run of a scenario: offers the steps that can be taken, and records what they lead to. */
export class ScheduledRun {
  /** The last step came to the same as another one. */
  isRedundant = false;
  readonly #table: ExploredTable;
  readonly #watch: TableWatch;
  readonly #scenario: Scenario;
  readonly #clients: Readonly<Record<Caller, Client>>;
  readonly #names = runNames();
  readonly #stop = new AbortController();
  readonly #startedAt = vi.getRealSystemTime();
  readonly #calls = new Map<Caller, LiveCall>();
  readonly #tokens = new Set<string>();
  readonly #schedule: string[] = [];
  readonly #log: string[] = [];
  #held: Attempt[] = [];
  readonly #skewMs: number;
  #faultsLeft: number;

  constructor(table: ExploredTable, scenario: Scenario, { faults, skewMs }: Adversity) {
    const [A, B, C] = table.clients();
    this.#table = table;
    this.#watch = new TableWatch(table, this.#names.general);
    this.#scenario = scenario;
    this.#clients = { A, B, C };
    this.#faultsLeft = faults;
    this.#skewMs = skewMs;
  }

  async begin(): Promise<void> {
    const { initial, a, b, isSequential } = this.#scenario;
    this.#watch.begin(await this.#table.store(initial, this.#names.stored));
    this.#logTable();
    await this.#start('A', a);
    if (!isSequential) await this.#start('B', b);
  }

  /** The steps that can be taken now; none: the run has ended. */
  moves(): Move[] {
    const { isSymmetric, followUps } = this.#scenario;
    const running = [...this.#calls.values()].filter(({ answer }) => !answer);
    const ofCalls = running.flatMap((live) => live.pending.flatMap((attempt) => this.#movesOf(attempt, live)));
    // where A and B do the same, runs that B begins differ from those that A begins in names only
    if (isSymmetric && this.#schedule.length === 0) return ofCalls.filter(({ actor }) => actor === 'A');
    const late = this.#held.map((attempt) =>
      lateMove(attempt, async (deliver) => {
        this.#held = this.#held.filter((one) => one !== attempt);
        this.#delivered(attempt, await deliver());
      }),
    );
    const isOpen = this.#held.length > 0 || running.some(({ isAbandoned }) => isAbandoned);
    const canFollow = running.length < this.#calls.size && isOpen && !this.#calls.has('C');
    return [...ofCalls, ...late, ...(canFollow ? followUps.map((call) => this.#followUpMoveOf(call)) : [])];
  }

  async take(move: Move): Promise<void> {
    this.#schedule.push(move.label);
    this.#setClock(move.actor);
    this.#log.push(`${String(this.#schedule.length).padStart(3)}  ${move.words}`);
    await move.run();
    move.isIdle = !(await this.#hasChanged(move));
    if (!move.isIdle) this.#logTable();
    if (move.isBarrier && move.isIdle) this.isRedundant = true; // a follow-up without effect
    const live = this.#calls.get(move.actor as Caller);
    if (live) await this.#settle(live);
  }

  async #hasChanged({ keys, isBarrier, actor, label }: Move): Promise<boolean> {
    if (keys.writes.length === 0 && !isBarrier) return false;
    const [attempt = label] = label.split(' ');
    return this.#watch.observe(this.#schedule.length, actor as Caller, attempt);
  }

  #logTable(): void {
    const { state, problems, step } = this.#watch.moments.at(-1) as Moment;
    if (step === this.#schedule.length) this.#log.push(`     table: ${[textOf(state), ...problems].join('; ')}`);
  }

  /** Ends the run early. */
  async finish(): Promise<void> {
    this.#stop.abort();
    for (const { whenEnded } of this.#calls.values()) await whenEnded;
  }

  result(): Run {
    const calls = [...this.#calls.values()].map(
      ({ caller, call, start, end = Number.NaN, answer, isAbandoned }): CallRecord => ({
        ...{ caller, call, start, end, isAbandoned },
        answer: answer?.value,
      }),
    );
    const { moments } = this.#watch;
    return { scenario: this.#scenario, skewMs: this.#skewMs, log: this.#log, schedule: this.#schedule, calls, moments };
  }

  /** Equal for points of two runs from which the same can follow, and be found wrong. */
  fingerprint(): string {
    const { items, moments } = this.#watch;
    const momentsUntil = (last: number) => moments.filter(({ step }) => step <= last).length;
    const calls = [...this.#calls.values()].map(({ history, isAbandoned, start, end, answer, pending }) => ({
      ...{ history, isAbandoned, answer },
      start: momentsUntil(start),
      ...(end !== undefined && { end: momentsUntil(end) }),
      pending: pending.map(({ request }) => request.body),
    }));
    const point = {
      items: JSON.parse(items),
      moments: moments.map(({ by, attempt, state, problems }) => [by, attempt, textOf(state), problems]),
      calls,
      held: this.#held.map(({ label, request }) => [label, request.body]).sort(),
      tokens: [...this.#tokens].sort(),
      faultsLeft: this.#faultsLeft,
    };
    return fingerprintOf(this.#names.general(point));
  }

  #movesOf(attempt: Attempt, live: LiveCall): Move[] {
    const moves = attemptMoves(attempt, {
      hold: () => {
        this.#faultsLeft--;
        this.#held.push(attempt);
      },
      abandon: () => {
        live.isAbandoned = true;
        if (live.call.crashes) live.crash.abort();
        live.history.push(`${attempt.label} unanswered`);
      },
      reply: (reply, isPassedOn) => {
        if (isPassedOn) live.history.push(reply);
        this.#delivered(attempt, reply);
      },
      skip: () => {
        this.isRedundant = true;
      },
    });
    return (this.#faultsLeft === 0 ? moves.slice(0, 1) : moves).map((move) => ({
      ...move,
      words: this.#names.general(move.words),
      run: () => {
        live.forget(attempt);
        return move.run();
      },
    }));
  }

  /** A transaction that was applied is remembered by the engine, by its token. */
  #delivered({ label, operation }: Attempt, { statusCode }: Reply): void {
    if (operation === 'TransactWriteItems' && statusCode === 200) this.#tokens.add(label);
  }

  /** A third caller, whose requests meet neither faults nor other requests. */
  #followUpMoveOf(call: ExploredCall): Move {
    return {
      label: `C ${call.name}`,
      actor: 'C',
      keys: noKeys,
      isBarrier: true,
      words: `C: ${call.name}`,
      run: async () => {
        const live = await this.#start('C', call);
        while (!live.answer) {
          await Promise.all(live.takeAll().map(({ request }) => request.answer()));
          await this.#rest(live);
        }
      },
    };
  }

  async #start(caller: Caller, call: ExploredCall): Promise<LiveCall> {
    const live = new LiveCall(caller, call, this.#schedule.length);
    const client = this.#clients[caller];
    this.#calls.set(caller, live);
    client.onRequest = (request) => live.receive(request);
    this.#setClock(caller);
    const signal = AbortSignal.any([this.#stop.signal, live.crash.signal]);
    const world = { models: client.models, local: this.#names.stored, signal };
    live.begin(answerOf(call.run(world)).then(this.#names.general));
    await (caller === 'C' ? this.#rest(live) : this.#settle(live));
    return live;
  }

  /** Each step takes a millisecond. */
  #setClock(actor: string): void {
    vi.setSystemTime(this.#startedAt + this.#schedule.length + (actor === 'A' ? this.#skewMs : 0));
  }

  /** Waits until a call rests, and starts the one that waits for its end. */
  async #settle(live: LiveCall): Promise<void> {
    await this.#rest(live);
    const { caller, answer } = live;
    if (!answer || live.end !== undefined) return;
    live.end = this.#schedule.length;
    this.#log.push(`     ${caller} ends: ${JSON.stringify(answer.value)}`);
    if (caller !== 'A' || !this.#scenario.isSequential) return;
    if (this.#held.length === 0) this.isRedundant = true; // the concurrent scenario has this order too
    await this.#start('B', this.#scenario.b);
  }

  async #rest(live: LiveCall): Promise<void> {
    await live.rest();
    for (const { keys } of live.pending) this.#watch.include(keys);
    if (live.requests > maxRequests) throw new Error(`${live.caller} never ends:\n${this.#log.join('\n')}`);
  }
}

/** A run with its schedule. */
export interface Run extends RunRecord {
  readonly scenario: Scenario;
  /** What happened, line by line. */
  readonly log: readonly string[];
  /** The labels of its steps, by which it can be run again. */
  readonly schedule: readonly string[];
  /** By how much the clock of A is ahead of that of the others. */
  readonly skewMs: number;
}

/** How much may go wrong in a run. */
export interface Adversity {
  /** Attempts that arrive late or twice, at most. */
  readonly faults: number;
  /** By how much the clock of A is ahead of that of the others. */
  readonly skewMs: number;
}
