/** Makes a todo. Titles are trimmed; an empty one is refused. */
export function createTodo(title) {
  const trimmed = title.trim();
  if (trimmed === "") throw new Error("A todo needs a title.");
  return { title: trimmed, done: false };
}

export function complete(todo) {
  return { ...todo, done: true };
}
