import {
  type CaseFacts,
  countCalls,
  firstBatch,
  firstFates,
  firstSequel,
  statesOfFirst,
} from "./case-facts.ts";

const creations = /\/v1\/(?:messages\/)?batches$|:batchGenerateContent$/u;
const alone = /\/chat\/completions$|\/v1\/messages$|:generateContent$/u;

/** What each word of the corpus means for what the product did. */
export const expectedActions: Readonly<Record<string, (facts: CaseFacts) => boolean>> = {
  none: (facts) => firstSequel(facts) === "nothing" || isQuietEnd(facts),
  resubmit_items: (facts) => firstSequel(facts) === "ask_again" && wasAskedAgain(facts),
  fail_permanent: (facts) => firstSequel(facts) === "give_up" && facts.batches.length === 1,
  fail_items: (facts) => firstSequel(facts) === "give_up_some" && facts.batches.length === 1,
  needs_review: (facts) => firstSequel(facts) === "look_at_some",
  lost: (facts) => firstSequel(facts) === "write_off" && !wasAskedAgain(facts),
  mark_lost_resubmit_missing: (facts) => firstSequel(facts) === "ask_again" && wasAskedAgain(facts),
  pause_for_money: (facts) =>
    facts.driven === "paused" && facts.pauseReason === "money" && countCalls(facts, "POST", alone) === 0,
  refuse_to_submit: (facts) => facts.pauseReason === "money" && facts.exchanges.length === 0,
  split: (facts) => firstSequel(facts) === "split" && isSplit(facts),
  split_by_model: (facts) => firstSequel(facts) === "split_by_model",
  split_or_fail: (facts) => ["split", "give_up"].includes(firstSequel(facts) ?? ""),
  backoff_requeue: (facts) => firstSequel(facts) === "try_later" && wasAskedAgain(facts),
  reupload_once: (facts) => firstSequel(facts) === "upload_again" && wasAskedAgain(facts),
  retry_once_then_fallback: (facts) => firstSequel(facts) === "try_once_more" && wasAskedAgain(facts),
  capability_off_fallback_sync: (facts) =>
    firstSequel(facts) === "ask_alone" && countCalls(facts, "POST", creations) === 0 && isAllAnswered(facts),
  reconcile: (facts) =>
    statesOfFirst(facts).includes("reconciling") && statesOfFirst(facts).includes("submitted"),
  resume: (facts) => facts.created === 1 && isAllAnswered(facts),
  retry: isAllAnswered,
  wait: (facts) =>
    facts.driven === "waiting" &&
    facts.batches.length === 1 &&
    facts.batches[0]?.state.status === "submitted" &&
    countCalls(facts, "POST", alone) === 0,
  download_results: (facts) => facts.created === 1 && isAllAnswered(facts),
  downgrade_format: (facts) => countCalls(facts, "POST", alone) >= 2 && isAllAnswered(facts),
  markdown_fallback: isAllAnswered,
  settle_partial: isAllPaidOrFree,
  reserve_before_submit_release_on_settle: (facts) => isAllPaidOrFree(facts) && isReservedFirst(facts),
};

/** Whatever was expected of the case: an end, or nothing more to ask for. */
function isQuietEnd(facts: CaseFacts): boolean {
  return facts.driven === "settled" && facts.created <= 1;
}

function wasAskedAgain(facts: CaseFacts): boolean {
  const { batches, outcomes, usages } = facts;
  const first = firstBatch(facts);
  const inFirst = new Set(first?.items.map(({ customId }) => customId));
  return (
    batches.length > 1 ||
    [...outcomes.map((each) => each.customId), ...usages.map(({ key }) => key)].some((id) => !inFirst.has(id))
  );
}

function isSplit(facts: CaseFacts): boolean {
  const first = firstBatch(facts);
  const later = facts.batches.filter((batch) => batch !== first);
  return later.length > 0 && later.every((each) => each.items.length < (first?.items.length ?? 0));
}

function isAllAnswered(facts: CaseFacts): boolean {
  const tasks = new Set(facts.usages.map(({ key }) => key.replace(/_\d+$/u, "")));
  const answered = new Set(
    facts.outcomes.flatMap(({ status, customId }) =>
      status === "ok" ? [customId.replace(/_\d+$/u, "")] : [],
    ),
  );
  return tasks.size > 0 && [...tasks].every((task) => answered.has(task));
}

/** Nothing is held back any more: what was answered is paid, and the rest is free. */
function isAllPaidOrFree(facts: CaseFacts): boolean {
  const fates = firstFates(facts);
  return facts.usages
    .filter(({ key }) => fates.has(key))
    .every(({ key, state }) => state.status === (fates.get(key) === "ok" ? "settled" : "released"));
}

/** The money was held back before the server was asked to work. */
function isReservedFirst(facts: CaseFacts): boolean {
  const { usages, exchanges } = facts;
  const first = firstBatch(facts);
  const creation = exchanges.find((each) => each.method === "POST" && creations.test(each.path));
  if (first === undefined || creation === undefined) return false;
  return first.items.every(({ customId }) =>
    usages.some((usage) => usage.key === customId && usage.createdAt <= new Date(creation.at)),
  );
}
