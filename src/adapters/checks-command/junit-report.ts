import { XMLParser } from "fast-xml-parser";
import { messageOf } from "../../domain/errors.ts";
import { toTestReport, type TestCase, type CaseOutcome, type TestReport } from "../../domain/test-report.ts";
import { normaliseFailure, withoutTreeFolder } from "./normalise-failure.ts";

export type ParsedReport =
  | { readonly kind: "report"; readonly report: TestReport }
  | { readonly kind: "invalid"; readonly reason: string };

/** Reads JUnit XML that hostile code may have written. Anything but a whole, plain report is invalid, never empty. */
export function parseJunitReport(xml: string): ParsedReport {
  const text = xml.replaceAll(colours, "").replaceAll(forbiddenCharacters, "");
  if (declaresTypes(text))
    return { kind: "invalid", reason: "the report declares a document type or entities" };
  try {
    const root = parser.parse(text, true) as XmlElement;
    const elements = Object.entries(root).filter(([name]) => !/^[?#]/u.test(name));
    const suites = elements.flatMap(([name, value]) => (/^testsuites?$/u.test(name) ? toList(value) : []));
    if (elements.length !== 1 || suites.length !== 1) {
      return { kind: "invalid", reason: "the report is not JUnit XML" };
    }
    return { kind: "report", report: toTestReport(suites.flatMap(casesOf)) };
  } catch (error) {
    return { kind: "invalid", reason: `the report cannot be read: ${messageOf(error).split("\n")[0] ?? ""}` };
  }
}

interface XmlElement {
  readonly [name: string]: XmlValue | readonly XmlValue[] | undefined;
}
type XmlValue = string | XmlElement;

const listNames = new Set(["testsuites", "testsuite", "testcase", "failure", "error", "skipped"]);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#text",
  parseTagValue: false,
  parseAttributeValue: false,
  // Decoded below: the five names of XML and numbers are all that a report needs.
  processEntities: false,
  trimValues: false,
  isArray: (name) => typeof name === "string" && listNames.has(name),
});

/** Reporters write colours as they come; XML cannot carry them, so they say nothing about who wrote the report. */
const colours = new RegExp(String.raw`${String.fromCodePoint(0x1b)}\[[\d;]*m`, "gu");
const forbiddenCharacters = /(?![\t\n\r])\p{Cc}/gu;

/** A test about HTML may print a document type, but only inside text. */
function declaresTypes(xml: string): boolean {
  return /<!(?:DOCTYPE|ENTITY)/iu.test(xml.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/gu, ""));
}

function casesOf(suite: XmlValue): readonly TestCase[] {
  if (typeof suite === "string") return [];
  return [
    ...toList(suite["testcase"])
      .filter((element) => !isEmptyFile(element))
      .map(toCase),
    ...toList(suite["testsuite"]).flatMap(casesOf),
  ];
}

/** node:test reports a file without a single test as one passed test with the file's name. */
function isEmptyFile(element: XmlValue): boolean {
  const file = withoutTreeFolder(attribute(element, "file"));
  return file !== "" && attribute(element, "name") === file && outcomeOf(element).outcome === "passed";
}

function toCase(element: XmlValue): TestCase {
  const parts = ["file", "classname", "name"].map((name) =>
    oneLine(withoutTreeFolder(attribute(element, name))),
  );
  const { outcome, details } = outcomeOf(element);
  return { id: parts.filter((part) => part !== "").join("::"), outcome, message: messageFrom(details) };
}

interface ReadOutcome {
  readonly outcome: CaseOutcome;
  readonly details: XmlValue | null;
}

function outcomeOf(element: XmlValue): ReadOutcome {
  if (typeof element === "string") return { outcome: "passed", details: null };
  const [skipped] = toList(element["skipped"]);
  // A test marked as still to do may fail without harm: node:test reports both and ends with success.
  if (skipped !== undefined && attribute(skipped, "type") === "todo")
    return { outcome: "skipped", details: null };
  const [error] = toList(element["error"]);
  if (error !== undefined) return { outcome: "errored", details: error };
  const [failure] = toList(element["failure"]);
  if (failure !== undefined) return { outcome: "failed", details: failure };
  return skipped === undefined
    ? { outcome: "passed", details: null }
    : { outcome: "skipped", details: skipped };
}

function messageFrom(details: XmlValue | null): string | null {
  if (details === null) return null;
  const message = attribute(details, "message").trim();
  const body = textOf(details);
  const text = normaliseFailure(
    body.includes("ERR_TEST_FAILURE") ? nodeFailure(message, body) : join(message, body),
  );
  return text === "" ? null : text;
}

/** node:test wraps the error twice and prints it whole; its message already has the difference, only the places are missing. */
function nodeFailure(message: string, body: string): string {
  const cause = body.slice(Math.max(0, body.indexOf("cause: ")));
  const frames = cause.split("\n").filter((line) => /^\s+at .*:\d+:\d+\)?(?: \{)?$/u.test(line));
  const places = frames.map((line) => `    ${line.trim().replace(/ \{$/u, "")}`);
  return [message, ...new Set(places)].join("\n");
}

function join(message: string, body: string): string {
  const firstLine = message.split("\n")[0] ?? "";
  if (body.trim() === "") return message;
  return body.includes(firstLine) ? body : `${message}\n${body}`;
}

function attribute(element: XmlValue, name: string): string {
  const value = typeof element === "string" ? undefined : element[`@${name}`];
  return typeof value === "string" ? decodeEntities(value) : "";
}

function textOf(element: XmlValue): string {
  const text = typeof element === "string" ? element : element["#text"];
  return typeof text === "string" ? decodeEntities(text) : "";
}

const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:(?<name>amp|lt|gt|quot|apos)|#(?<decimal>\d{1,7})|#x(?<hex>[0-9a-f]{1,6}));/giu,
    (...match) => {
      const { name, decimal, hex } = match.at(-1) as Readonly<Record<string, string | undefined>>;
      if (name !== undefined) return namedEntities[name.toLowerCase()] ?? "";
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point > 0x10ffff ? "" : String.fromCodePoint(point).replaceAll(forbiddenCharacters, "");
    },
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

function toList(value: XmlValue | readonly XmlValue[] | undefined): readonly XmlValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly XmlValue[]) : [value as XmlValue];
}
