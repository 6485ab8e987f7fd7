declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** The part of dynalite's options that the local cloud uses. */
  type DynaliteOptions = {
    /** Directory of the store; in memory when absent. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  };

  export default function dynalite(options?: DynaliteOptions): Server;
}
