/** What may be stored and sent: plain values without functions, dates or undefined. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
