import { expect, test } from "vitest";
import { callProvider } from "./call-provider.ts";
import { makeConnection } from "./connection.ts";
import { HandClock, Loopback } from "./loopback.fixture.ts";

const place = Symbol.for("undici.globalDispatcher.1");

type Agent = new (options: object) => { readonly close: () => Promise<void> };

test("an answer may begin later than Node would wait for it", async () => {
  await using http = await Loopback.start();
  const clock = new HandClock();
  const connection = makeConnection(
    { baseUrl: http.url, apiKey: null, clock, pause: clock.pause },
    { provider: "test", keyVariable: "KEY", headersFor: () => ({}) },
  );
  const call = { method: "GET", path: "/", timeoutMs: 10_000 } as const;
  await callProvider(connection, call);
  http.answer = () => ({ text: "late", lateMs: 2_000 });
  const holder = globalThis as { [place]?: object };
  const usual = holder[place] as object & { readonly constructor: Agent };
  const impatient = new usual.constructor({ headersTimeout: 1_000, bodyTimeout: 1_000 });

  try {
    holder[place] = impatient;
    await expect(fetch(http.url)).rejects.toThrow("fetch failed");
    expect((await callProvider(connection, call)).body).toBe("late");
  } finally {
    holder[place] = usual;
    await impatient.close();
  }
});
