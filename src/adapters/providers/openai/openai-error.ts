import { z } from "zod";
import { listOf, textOrNull } from "../wire/tolerant.ts";

/** What is said about a failure, in any of the shapes that servers of this API use. */
export interface OpenAiError {
  /** All names it has, in lower case: its code, its type, and the code inside of it. */
  readonly words: readonly string[];
  /** It has a name of its own, and is not only the number of the answer again. */
  readonly isNamed: boolean;
  /** The field that is to blame. */
  readonly param: string | null;
  readonly message: string | null;
}

const name = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

const described = z.object({
  message: textOrNull,
  type: name,
  param: textOrNull,
  code: name,
  innererror: z.object({ code: name }).nullish().catch(null),
});

const detail = z.object({ msg: textOrNull });

const answer = z.object({
  error: z
    .union([described, z.string().transform((message) => ({ message }))])
    .nullish()
    .catch(null),
  detail: z
    .union([z.string(), listOf(detail).transform((details) => details[0]?.msg ?? null)])
    .nullish()
    .catch(null),
});

/** Of a body, or of the error in a line of a batch. */
export function parseOpenAiError(body: unknown): OpenAiError {
  const [first] = Array.isArray(body) ? body : [body];
  if (typeof first === "string") return toError({ message: first.slice(0, 300) });
  const wrapped = answer.safeParse(first).data;
  const bare = described.safeParse(first).data;
  const error = wrapped?.error ?? { ...bare, message: bare?.message ?? wrapped?.detail ?? null };
  return toError(error);
}

function toError(error: Partial<z.infer<typeof described>>): OpenAiError {
  const { code, type, innererror, param = null, message = null } = error;
  const names = [code, type, innererror?.code].flatMap((each) => each ?? []);
  const words = names.map((each) => each.toLowerCase());
  const isNamed = (code ?? "") !== "" && !/^\d+$/u.test(code ?? "");
  return { words, isNamed: isNamed || words.includes("invalid_request_error"), param, message };
}

export function renderOpenAiError(status: number | null, { words, message }: OpenAiError): string {
  const [code] = words;
  const what = [status === null ? [] : `HTTP ${status}`, code ?? []].flat().join(" ");
  return [what === "" ? [] : what, message ?? []].flat().join(": ");
}
