import * as z from "zod";
import { checkPath } from "../domain/path-policy.ts";
import { isPrivateHost } from "../domain/calling/private-host.ts";
import { durationExpectation, durationPattern, readDuration } from "./duration.ts";
import { envReferenceExpectation, envReferencePattern } from "./env-reference.ts";
import { isUsd, usdExpectation } from "./usd.ts";

/** The kinds of values settings have. The `error` of each completes the sentence "… expected …". */

export const flag = z.boolean({ error: "true or false" });

/** One instance for every secret and one for all money: the setting list recognises them by it. */
export const secretReference = z
  .string({ error: envReferenceExpectation })
  .regex(envReferencePattern, { error: envReferenceExpectation });
export const usdAmount = z
  .number({ error: usdExpectation })
  .min(0, { error: usdExpectation, abort: true })
  .refine(isUsd, { error: usdExpectation });

export const duration = z
  .string({ error: durationExpectation })
  .regex(durationPattern, { error: durationExpectation, abort: true })
  .refine((text) => readDuration(text) !== null, { error: durationExpectation });

export function count(min: number, max: number): z.ZodInt {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error, abort: true }).max(max, { error });
}

const scoreExpectation = "a number from 0 to 1";
export const score = z
  .number({ error: scoreExpectation })
  .min(0, { error: scoreExpectation, abort: true })
  .max(1, { error: scoreExpectation });

const branchExpectation = 'the name of a branch, such as "main"';
export const branchName = z
  .string({ error: branchExpectation })
  .refine(isBranchName, { error: branchExpectation });

/** What git allows, without the names that mean something else to it: refs, options, `@`. */
function isBranchName(text: string): boolean {
  if (text === "" || text === "@" || text.length > 200) return false;
  if (/[\s~^:?*[\\\p{Cc}]|\.\.|@\{|\/\/|\.$|\/$/u.test(text)) return false;
  return text.split("/").every((part) => !/^[.-]|\.lock$|^$/u.test(part)) && !text.startsWith("refs/");
}

const scopeExpectation =
  'a relative path of a file ("src/a.ts") or of a folder ("src/auth/"), without patterns';
export const scopePath = z
  .string({ error: scopeExpectation })
  .refine((path) => checkPath(path.replace(/\/$/u, "")) === null, { error: scopeExpectation });

const fileExpectation = 'a relative path, such as "demo/replies.json"';
export const filePath = z
  .string({ error: fileExpectation })
  .refine((path) => checkPath(path) === null, { error: fileExpectation });

const prefixExpectation = "1 to 10 capital letters and digits, beginning with a letter";
export const keyPrefix = z
  .string({ error: prefixExpectation })
  .regex(/^[A-Z][A-Z0-9]{0,9}$/u, { error: prefixExpectation });

const serverExpectation =
  'the address of a server without a password, such as "https://models.example.com/v1"; plain http only on a network of your own';
export const serverUrl = z
  .string({ error: serverExpectation })
  .refine(isServerUrl, { error: serverExpectation });

/** Keys are sent there: in the clear only where nobody else listens. */
function isServerUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isPrivateHost(url.hostname));
}

const urlExpectation = `an https address without a password, or ${envReferenceExpectation}; addresses of Discord and Slack are secrets of their own settings`;
export const publicUrl = z
  .string({ error: urlExpectation })
  .refine((text) => envReferencePattern.test(text) || isPublicUrl(text), { error: urlExpectation });

/** An address that may stand in a file everybody reads. */
function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (/(?:^|\.)(?:discord\.com|discordapp\.com|hooks\.slack\.com)$/u.test(url.hostname)) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1" || host === "[::1]";
}
