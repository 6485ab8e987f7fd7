/** A mistake, and how it is made: in this file, this text becomes another. */
export type Mistake = { mistake: string; file: string; from: string; to: string };
