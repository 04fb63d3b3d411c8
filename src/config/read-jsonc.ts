import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { AasError } from "../domain/errors.ts";

export interface JsoncDocument {
  readonly value: unknown;
  /** The line where the value of a path stands, or would have to stand. */
  lineOf(path: readonly (string | number)[]): number;
}

const maxCharacters = 256_000;

/** JSON with comments and trailing commas. A fault names line and column, never the text: it may be a secret. */
export function readJsonc(text: string, origin: string): JsoncDocument {
  if (text.length > maxCharacters) {
    throw refuse(
      `${origin} has ${text.length} characters; expected at most ${maxCharacters}.`,
      "Shorten it.",
    );
  }
  const clean = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
  const errors: ParseError[] = [];
  const root = parseOrRefuse(clean, errors, origin);
  const [fault] = errors;
  if (fault !== undefined) {
    const said = describeFault(fault);
    throw refuse(`${origin}, ${placeOf(clean, fault.offset)}: ${said.expected}.`, said.cure);
  }
  if (root === undefined) throw refuse(`${origin} is empty; expected settings in { }.`, "aas init");
  assertNoDuplicates(root, clean, origin);
  return {
    value: toValue(root),
    lineOf: (path) => lineAt(clean, closestNode(root, path).offset),
  };
}

function parseOrRefuse(text: string, errors: ParseError[], origin: string): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (error) {
    throw refuse(
      `${origin} is nested too deeply to be read; expected settings in { }.`,
      "Remove the nesting.",
      error,
    );
  }
}

function refuse(message: string, cure: string, cause?: unknown): AasError {
  return new AasError("config_invalid", message, cause === undefined ? { cure } : { cure, cause });
}

const faults: Readonly<Record<string, { readonly expected: string; readonly cure: string }>> = {
  CommaExpected: { expected: "a comma is missing before this", cure: "Put a comma between the two entries." },
  ColonExpected: { expected: "a colon is missing before this", cure: 'Write entries as "name": value.' },
  ValueExpected: { expected: "a value is missing here", cure: "Write the value, or remove the entry." },
  PropertyNameExpected: {
    expected: "the name of a setting in double quotes is expected here",
    cure: 'Write entries as "name": value, with double quotes.',
  },
  CloseBraceExpected: {
    expected: "a closing } is missing",
    cure: "Add the } that belongs to the last open {.",
  },
  CloseBracketExpected: {
    expected: "a closing ] is missing",
    cure: "Add the ] that belongs to the last open [.",
  },
  EndOfFileExpected: {
    expected: "nothing is expected after the closing }",
    cure: "Remove what stands after the last }.",
  },
  UnexpectedEndOfString: {
    expected: "a text that begins here has no closing quote on its line",
    cure: 'Close the text with ".',
  },
  UnexpectedEndOfComment: { expected: "a comment has no end", cure: "Close the comment with */." },
  InvalidSymbol: {
    expected: "this is neither a value nor a name in double quotes",
    cure: "Put texts and names into double quotes; write true, false and null in small letters.",
  },
};

function describeFault(fault: ParseError): { readonly expected: string; readonly cure: string } {
  const unknown = {
    expected: "this is not JSON",
    cure: "Compare the place with the file that aas init writes.",
  };
  return faults[printParseErrorCode(fault.error)] ?? unknown;
}

function assertNoDuplicates(node: Node, text: string, origin: string): void {
  const seen = new Set<unknown>();
  for (const property of node.type === "object" ? (node.children ?? []) : []) {
    const key: unknown = property.children?.[0]?.value;
    if (seen.has(key)) {
      throw refuse(
        `${origin}, ${placeOf(text, property.offset)}: ${JSON.stringify(key)} is written a second time; expected once.`,
        "Remove one of the two.",
      );
    }
    seen.add(key);
  }
  for (const child of node.children ?? []) assertNoDuplicates(child, text, origin);
}

/** Own properties only: `fromEntries` makes even `__proto__` a plain key, which is then refused as unknown. */
function toValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(toValue);
  if (node.type !== "object") return node.value as unknown;
  return Object.fromEntries((node.children ?? []).map(({ children }) => toEntry(children ?? [])));
}

function toEntry([key, value]: readonly Node[]): readonly [string, unknown] {
  return [String(key?.value), value === undefined ? undefined : toValue(value)];
}

function closestNode(root: Node, path: readonly (string | number)[]): Node {
  let node = root;
  for (const part of path) {
    const next = findNodeAtLocation(node, [part]);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

function placeOf(text: string, offset: number): string {
  const lineStart = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  return `line ${lineAt(text, offset)}, column ${offset - lineStart + 1}`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/u).length;
}
