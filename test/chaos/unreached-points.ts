/** Points that no process of the story can reach, each kind with its reason. Everything else must be hit. */
const unreached: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:runs|attempts|queue|batches)\.|^tasks\.(?:insert|replace)|^usage\.insertReply/u,
    "is written only in transactions, whose commit is the effect",
  ],
  [
    /^usage\.(?:settle|mark(?:All)?Undelivered)/u,
    "outside of a transaction only for an answer that never comes",
  ],
  [/^usage\.reserveAll/u, "is written together with the batches that it is for"],
  [/^usage\.insertCharge/u, "only for an answer that is billed twice"],
  [
    /^gates\./u,
    "stands before calls over the network, of which the story makes none; double-submission.test.ts dies there",
  ],
  [
    /^db\.transaction\((?:plan\.refused|budget\.warned|batch\.(?:delayed|unsupported)|provider\.awaited)\)/u,
    "is told on its own, by events.append",
  ],
  [
    /^db\.transaction\((?:run\.stage_finished|plan\.accepted|submission\.received|integration\.checked|task\.retried)\)/u,
    "is told together with what comes of it, which names the commit",
  ],
  [
    /^db\.transaction\(request\.answered\)/u,
    "only for what a batch did not bring, and its batches bring all",
  ],
  [/^db\.transaction\(attempt\.abandoned\)/u, "only when the machine fails under a builder"],
  [
    /^db\.transaction\(attempt\.canceled\)/u,
    "is told together with the end of its task or run; alone only of a task at work while its run fails",
  ],
  [/^db\.transaction\(task\.uncollected\)/u, "only when somebody takes the branch of a run away"],
  [/^db\.transaction\(usage\./u, "nothing tells it yet"],
  [/^git\.writeTree|^checkout\.addRemote/u, "belongs to aas init, which a person gives again"],
  [/^durable\.resume/u, "nothing uses it yet"],
  [
    /^batchProvider\.cancel/u,
    "only for a batch that is late after a day, and of a canceled run: a short story dies there",
  ],
  [/^tasks\.allocateNumbers/u, "outside of a transaction only for a board that people have numbered"],
  [/^db\.transaction\(base\.moved\)/u, "only for a retry of work that no longer fits the base"],
  [/^forge\.untag/u, "only for a landing of a month ago, or one that another overtook"],
  [/^board\.|^db\.transaction\(task\.edited\)/u, "the story's people edit no board"],
];

export function reasonUnreached(point: string): string | null {
  return unreached.find(([pattern]) => pattern.test(point))?.[1] ?? null;
}
