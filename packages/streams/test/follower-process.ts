// A follower in its own process, which a test kills at random. It counts the changes of each note, and appends each
// handled change to a file.
import { appendFileSync } from 'node:fs';
import { type Change, followStream, projection, tableCheckpoints } from '../src/index.js';
import { NoteModel, TallyModel } from './models.js';

const [file = ''] = process.argv.slice(2);
const write = (...words: (string | number)[]) => appendFileSync(file, `${words.join(' ')}\n`);

const models = { notes: new NoteModel() };
const tallies = new TallyModel();
const count = projection('changes-of-notes', ({ id }: Change<typeof models>) => [
  tallies.updating(id, {}, { increment: { notes: 1 }, returns: 'none' }),
]);

write('start');
await followStream({
  models,
  checkpoints: tableCheckpoints({ name: 'killed' }),
  pollMs: 5,
  concurrency: 3,
  onChange: async (change) => {
    await count(change);
    write(change.type, change.id, change.version, change.eventId);
  },
});
