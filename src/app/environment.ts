/** Variables as a process has them; read once at the edge and handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;
