import type {} from 'vitest'; // what is declared here is added to it

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the engine of this project answers; empty: it cannot run here, and `engineMissing` says why. */
    endpoint: string;
    /** The engine of this project. */
    engine: 'dynoxide' | 'dynamodb-local';
    /** Why the engine of this project cannot run here, in words; empty: it runs. */
    engineMissing: string;
  }
}
