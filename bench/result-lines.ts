/** Our own id of a request, as tasks with these numbers have it. */
export function customIdOf(number: number): string {
  return `aas_tsk_${number}_1_1`;
}

/** One answered request, as OpenAI writes it into an output file: about as long as a real analysis. */
export function resultLine(number: number): string {
  const steps = Array.from(
    { length: 6 },
    (_, step) => `Step ${step} of task ${number}: read, change and test it.`,
  );
  const content = JSON.stringify({
    complexity: "medium",
    priority: { change: "keep", to: null, reason: "Nothing else waits for it." },
    blockers: [],
    firstStep: `Read the module that task ${number} is about.`,
    steps,
  });
  return `${JSON.stringify({
    id: `batch_req_${number}`,
    custom_id: customIdOf(number),
    response: {
      status_code: 200,
      request_id: `req_${number}`,
      body: {
        id: `chatcmpl-${number}`,
        object: "chat.completion",
        created: 1_795_000_000,
        model: "gpt-5.4-mini",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content, refusal: null },
            logprobs: null,
            finish_reason: "stop",
          },
        ],
        usage: {
          prompt_tokens: 400 + (number % 100),
          completion_tokens: 200 + (number % 50),
          total_tokens: 600 + (number % 100) + (number % 50),
          prompt_tokens_details: { cached_tokens: number % 300, audio_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: number % 40, audio_tokens: 0 },
        },
        service_tier: "default",
        system_fingerprint: "fp_bench",
      },
    },
    error: null,
  })}\n`;
}
