import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { streamJsonLines } from "./call-provider.ts";
import { makeConnection } from "./connection.ts";
import { LeastSpeed } from "./least-speed.ts";
import { HandClock } from "./loopback.fixture.ts";

test("no file is waited for longer than its length allows, however it comes", () => {
  const chunk = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.nat({ max: 70_000 }));
  fc.assert(
    fc.property(fc.array(chunk), (chunks) => {
      const speed = new LeastSpeed(60_000);
      let waitedMs = 0;
      let bytes = 0;
      for (const [length, afterMs] of chunks) {
        expect(waitedMs + speed.leftMs).toBeLessThanOrEqual(Math.max(waitedMs, 60_000 + bytes / 4));
        if (afterMs > speed.leftMs) return;
        speed.came(length, afterMs);
        waitedMs += afterMs;
        bytes += length;
      }
    }),
  );
});

test("a download that gets on may pause for as long as any", () => {
  const speed = new LeastSpeed(60_000);
  for (let count = 0; count < 1_000; count += 1) speed.came(8_000, 1_000);

  expect(speed.leftMs).toBe(60_000);
});

test("a file that trickles has an end, by name and with a cure", async () => {
  const server = createServer((_, response) => {
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drip));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const clock = new HandClock();
  const connection = makeConnection(
    { baseUrl: `http://127.0.0.1:${port}`, apiKey: null, clock, pause: clock.pause },
    { provider: "test", keyVariable: "KEY", headersFor: () => ({}) },
  );

  const lines = streamJsonLines(connection, { method: "GET", path: "/", timeoutMs: 300 }, () => undefined);

  try {
    await expect(lines.next()).rejects.toMatchObject({
      code: "provider_unavailable",
      retryable: true,
      message: `test (127.0.0.1:${port}) sends its answer so slowly that it would not end.`,
      cure: expect.stringMatching(/^Try again later\. /u) as string,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
