/**
 * For questions to a model that a command waits for: each answer has the deadline that a run's answers have too, and a
 * shorter one here would throw away what is paid. A person who waits is told so, and can end the command.
 */
export function noDeadline(): AbortSignal {
  return new AbortController().signal;
}
