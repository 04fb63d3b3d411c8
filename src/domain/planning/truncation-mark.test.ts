import { expect, test } from "vitest";
import { hasTruncationMark } from "./truncation-mark.ts";

test.each([
  ["a.ts", "// ... existing code ..."],
  ["a.ts", "//...existing code..."],
  ["a.ts", "    // ... rest of the code remains unchanged ..."],
  ["a.ts", "  // ... (existing imports) ..."],
  ["a.ts", "// … rest of the file"],
  ["a.ts", "// ... rest"],
  ["a.ts", "// ... rest of the function here"],
  ["a.ts", "// ... keep existing imports"],
  ["a.ts", "// ... other methods stay the same"],
  ["a.ts", "// ... unchanged"],
  ["a.ts", "// ... same as before"],
  ["a.ts", "// ... 120 lines omitted ..."],
  ["a.ts", "// rest of the code remains the same"],
  ["a.ts", "// The rest of your implementation goes here"],
  ["a.ts", "// existing code here"],
  ["a.ts", "// Other methods remain unchanged..."],
  ["a.ts", "// [rest of the file unchanged]"],
  ["a.ts", "// Error handling omitted for brevity"],
  ["a.ts", "export function add() { /* ... existing code ... */ }"],
  ["a.ts", "/* ... remaining methods unchanged ... */"],
  ["a.ts", " * ... rest of the class ..."],
  ["a.ts", 'add("a // b"); // ... existing code ...'],
  ["a.ts", "\r\nconst a = 1;\r\n// ... existing code ...\r\n"],
  ["a.jsx", "      {/* ... existing JSX markup ... */}"],
  ["a.py", "# ... existing code ..."],
  ["a.py", "    # ... rest of the method remains the same"],
  ["a.py", "    # ... your existing code here ..."],
  ["a.py", '    """ ... rest of the class ... """'],
  ["a.rb", "# ... other methods ..."],
  ["a.go", "\t// ... rest of the handler unchanged"],
  ["a.rs", "// ... existing fields ..."],
  ["a.sql", "-- ... rest of the query"],
  ["a.lua", "-- ... existing functions ..."],
  ["a.hs", "{- ... rest of the module ... -}"],
  ["a.ml", "(* ... remaining cases ... *)"],
  ["a.lisp", ";; ... rest of the definitions ..."],
  ["a.erl", "%% ... other functions ..."],
  ["a.tex", "% ... rest of the document ..."],
  ["a.vb", "' ... existing code ..."],
  ["a.bat", "REM ... rest of the script"],
  ["a.html", "<!-- ... rest of the page ... -->"],
  ["a.hbs", "{{!-- ... existing markup ... --}}"],
  ["a.css", "/* ... existing styles ... */"],
  ["a.yaml", "# ... existing steps ..."],
  ["a.json", "  ... rest of the file ..."],
  ["a.txt.ts", "[... rest of file truncated ...]"],
  ["README.md", "<!-- ... existing content ... -->"],
])("in %s this leaves code out: %s", (path, text) => {
  expect(hasTruncationMark(path, text)).toBe(true);
});

test.each([
  ["a.ts", "  ...rest,"],
  ["a.ts", "  ...rest, content: file,"],
  ["a.ts", "  ...other.methods,"],
  ["a.ts", "  ...existing, lines: 3,"],
  ["a.ts", "  ...same(file),"],
  ["a.ts", "function add(...rest: readonly string[]): void {"],
  ["a.ts", "const { a, ...rest } = props; // the rest of the props"],
  ["a.ts", "// ..."],
  ["a.ts", "// The rest of the file is read lazily."],
  ["a.ts", "// Existing files are kept; other lines follow the header."],
  ["a.ts", "// ... existing users keep their password."],
  ["a.ts", "// ... and other lines may follow it"],
  ["a.ts", "// Same code as in the parser: keep them together."],
  ["a.ts", "// Other functions rely on this order."],
  ["a.ts", "// Comments are removed for brevity."],
  ["a.ts", "/// Unrelated parts of the value are elided for brevity, e.g."],
  ["a.ts", "// Unchanged since the first version of the protocol."],
  ["a.ts", 'throw new Error("… the rest of the file");'],
  ["a.ts", 'const mark = "// ... existing code ...";'],
  ["a.ts", 'const mark = "a // ... existing code ...";'],
  ["a.ts", "const mark = `a # ... existing code ...`;"],
  ["a.ts", "const url = 'https://example.org/...existing/code';"],
  ["a.ts", "/** Reads the remaining lines. */"],
  ["a.py", "    ..."],
  ["a.py", "class Shape(Protocol): ..."],
  ["a.py", "def area(self) -> float: ..."],
  ["a.py", "    print('...')  # three dots while the rest is loading"],
  ["a.py", "rest = values[1:]  # the remaining values"],
  ["a.go", "func add(rest ...int) int {"],
  ["a.go", "\tpaths = append(paths, rest...)"],
  ["a.rs", "    let Point { x, .. } = point; // other fields are not needed"],
  ["a.css", "a { color: #abc; } /* same as the header */"],
  ["a.sql", "-- other rows stay locked until the transaction ends"],
  ["a.yaml", "..."],
  ["README.md", "... the rest of the file is unchanged."],
  ["README.md", "And so on … the remaining lines"],
  ["docs/guide.md", "# ... existing code ..."],
  ["docs/guide.md", "```ts\n// ... existing code ...\n```"],
  ["notes.txt", "* ... rest of the document"],
])("in %s this is ordinary text: %s", (path, text) => {
  expect(hasTruncationMark(path, text)).toBe(false);
});

test("a line longer than a person writes is no placeholder, and is not searched", () => {
  expect(hasTruncationMark("a.ts", `// ... existing code ...${" ".repeat(300)}`)).toBe(false);
});

test("megabytes of near misses are read in linear time", () => {
  const line = `// ... ${"the ".repeat(60)}x`;
  const text = `${line}\n`.repeat(4_000);

  expect(hasTruncationMark("a.ts", text)).toBe(false);
});
