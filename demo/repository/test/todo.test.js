import assert from "node:assert/strict";
import test from "node:test";
import { complete, createTodo } from "../src/todo.js";

test("a todo starts open", () => {
  assert.deepEqual(createTodo("buy milk"), { title: "buy milk", done: false });
});

test("a title is trimmed", () => {
  assert.equal(createTodo("  buy milk ").title, "buy milk");
});

test("an empty title is refused", () => {
  assert.throws(() => createTodo("  "), /needs a title/);
});

test("completing leaves the original alone", () => {
  const todo = createTodo("buy milk");
  assert.equal(complete(todo).done, true);
  assert.equal(todo.done, false);
});
