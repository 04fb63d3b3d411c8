import { describe } from "vitest";
import type { DurableBench } from "./durable-bench.ts";
import { onOneHost } from "./durable-on-one-host.ts";
import { whenHostsComeAndGo } from "./durable-over-hosts.ts";

/** What every engine must do. `openBench` makes an empty journal with as many hosts over it as a test asks for. */
export function describeDurable(name: string, openBench: () => Promise<DurableBench>): void {
  describe(`${name} as Durable`, () => {
    describe("on one host", () => {
      onOneHost(openBench);
    });
    describe("when hosts come and go", () => {
      whenHostsComeAndGo(openBench);
    });
  });
}
