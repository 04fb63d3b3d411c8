/** How an answer of a model came to its end. Only `stop` is a whole answer. */
export type Finish = "stop" | "length" | "refusal" | "filter" | "other";
