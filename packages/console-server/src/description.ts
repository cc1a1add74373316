/** JSON Schema of an input or an entity, as the OpenAPI document has it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly (string | number | null)[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** A procedure of the API, as the console calls it. */
export interface ConsoleProcedure {
  /** Such as `users.create`. */
  readonly path: string;
  /** Of the whole input; absent if there is none. */
  readonly input?: JsonSchema;
  /** The permission that a caller needs, such as `users:write`. */
  readonly needs?: string;
  /** True for a mutation that takes an idempotency key. */
  readonly takesKey: boolean;
}

/** A query whose output is a page. Inputs other than `limit`, `order`, `cursor` and the scope are its filters. */
export interface ConsoleList extends ConsoleProcedure {
  /** Its inputs that are neither paging nor the scope. */
  readonly filters: readonly string[];
  readonly hasOrder: boolean;
  /** True if it takes `direction: 'backward'` with the `prevCursor` of a page. */
  readonly hasBackward: boolean;
}

/** A query whose output is one entity, by the value of one or several inputs. */
export interface ConsoleLookUp extends ConsoleProcedure {
  readonly by: readonly string[];
}

/** How the entities of a model are stored. */
export interface ConsoleStorage {
  /** Of stored ids: `USER#`. */
  readonly prefix: string;
  /** What is unique, alone or combined: `email`, `orgId+key`. */
  readonly uniques: readonly string[];
  /** The attribute with the time of expiry. */
  readonly expiry?: string;
}

/** An entity, by the procedures of its router. A procedure that the router lacks is absent. */
export interface ConsoleEntity {
  /** The name of its router: `users`. */
  readonly name: string;
  /** `Users`. */
  readonly title: string;
  /** `user`. */
  readonly singular: string;
  /** Of one entity, as `getById` answers. */
  readonly schema: JsonSchema;
  /** The input that names the scope in each procedure: `organisationId`. */
  readonly scope?: string;
  /** Lists the scopes of the caller, as objects with `id`: `organisations.list`. Absent if no procedure does. */
  readonly scopes?: ConsoleProcedure;
  readonly storage?: ConsoleStorage;
  readonly lists: readonly ConsoleList[];
  readonly lookUps: readonly ConsoleLookUp[];
  readonly count?: ConsoleProcedure;
  readonly create?: ConsoleProcedure;
  /** Its input is `{ id, data, expectedVersion }`. */
  readonly update?: ConsoleProcedure;
  /** Its input is `{ id, expectedVersion }`. */
  readonly delete?: ConsoleProcedure;
  /** Its input is `{ ids }`. */
  readonly batchDelete?: ConsoleProcedure;
  /** The subscription to its changes. */
  readonly changes?: ConsoleProcedure;
  /** Pages of kept versions: its input has `id`. */
  readonly versions?: ConsoleProcedure;
  /** Gives an entity the attributes of a kept version: its input is `{ id, version }`. */
  readonly revert?: ConsoleProcedure;
  /** Other procedures of the router. */
  readonly others: readonly ConsoleProcedure[];
}

/** `GET /console/api/description`, for any valid token: what the console shows. */
export interface ConsoleDescription {
  readonly service: string;
  readonly entities: readonly ConsoleEntity[];
  /** Of the caller's token: `users:read`. */
  readonly permissions: readonly string[];
  /** Whether the operations below are switched on, and the caller may use them. */
  readonly operations: { readonly metrics: boolean; readonly table: boolean; readonly doctor: boolean };
}

/** `GET /console/api/settings`, for anybody: how to sign in. */
export type ConsoleSettings =
  | { readonly signIn: 'local' }
  | {
      readonly signIn: 'oidc';
      readonly issuer: string;
      readonly clientId: string;
      readonly scope: string;
      /** For the parameter `audience`, without which some issuers (Auth0) give tokens that no API can check. */
      readonly audience: string;
    };

/**
 * `POST /console/api/local-token` with `{ secret }`, in development: a token with every permission, for the page of
 * the console only. The URL that is printed on the terminal has the secret in its fragment. Ask again before it expires.
 */
export interface ConsoleLocalToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/**
 * `POST /console/api/storage` with `{ entity, value }`: where this entity is stored. Sends no request to the database.
 * `entity` is the name of its router, `value` the entity as `getById` answers it.
 */
export interface StoredAs {
  /** `USER#…` */
  readonly id: string;
  /** `pk1`, `sk1`, … as the model would write them now. */
  readonly keys: Readonly<Record<string, string>>;
  readonly claims: readonly { readonly unique: string; readonly id: string }[];
}

/** `GET /console/api/metrics`: the last hour of this process, in slots of a minute, the oldest first. */
export interface ConsoleMetrics {
  readonly startedAt: string;
  readonly minutes: readonly ConsoleMinute[];
}
export interface ConsoleMinute {
  /** ISO 8601, the beginning of the minute. */
  readonly at: string;
  readonly shed: number;
  readonly procedures: Readonly<
    Record<
      string,
      {
        readonly calls: number;
        /** Calls that failed on the side of the API, throttled ones included. */
        readonly errors: number;
        readonly throttled: number;
        readonly units: number;
        /** Sum over its calls, in milliseconds. */
        readonly durationMs: number;
      }
    >
  >;
}

/** `GET /console/api/table`: what `pnpm table check` finds. */
export interface ConsoleTable {
  readonly table: string;
  readonly place: string;
  /** Of `DescribeTable`. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly differences: readonly {
    readonly setting: string;
    readonly is: string;
    readonly wanted: string;
    /** The command that repairs it. */
    readonly repair: string;
  }[];
  readonly unchecked: readonly string[];
}

/**
 * `POST /console/api/doctor` with `{ fix?: kinds }`: examines the table, and repairs findings of these kinds. It has the
 * kinds of which there are findings. One request runs at a time; others get `CONFLICT`.
 */
export interface ConsoleExamination {
  readonly examinedItems: number;
  readonly findings: readonly {
    readonly kind: string;
    readonly title: string;
    readonly count: number;
    readonly isFixable: boolean;
    /** Stored ids, at most ten. */
    readonly examples: readonly string[];
    readonly fixed?: number;
  }[];
}
