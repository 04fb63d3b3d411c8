import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAasError } from "../../domain/errors.ts";
import { parseRemoteAddress } from "./remote-address.ts";
import { main, openRemoteLab, type RemoteLab } from "./remote-lab.fixture.ts";

let lab: RemoteLab;

beforeEach(async () => {
  lab = await openRemoteLab();
});

afterEach(() => lab[Symbol.asyncDispose]());

test.each([
  ["ext::sh -c touch% /tmp/x"],
  ["--upload-pack=touch /tmp/x"],
  ["-oProxyCommand=x"],
  ["ssh://-oProxyCommand=x/y"],
  ["-x@host:path"],
  ["relative/path"],
  ["http://example.com/x.git"],
  ["git://example.com/x.git"],
  ["fd::17"],
  ["https://a\nb/"],
])("%j is no address", async (address) => {
  const { first, git } = lab;
  await expect(git.fetch(address, [[main, "refs/aas/x"]])).rejects.toMatchObject({ code: "not_allowed" });
  await expect(git.push(address, { ref: main, expected: null, next: first })).rejects.toMatchObject({
    code: "not_allowed",
  });
});

test.each([
  ["/a/b"],
  ["file:///a/b"],
  ["ssh://git@host:22/a.git"],
  ["git@host:a/b.git"],
  ["https://host/a.git"],
])("%j is an address", (address) => {
  expect(parseRemoteAddress(address)).toEqual({ address, env: {} });
});

test("credentials in an address reach the server, but no list of processes and no error", async () => {
  const { git } = lab;
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? "none");
    response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const failure = await git
      .fetch(`http://robot:s3cret@127.0.0.1:${port}/x.git`, [[main, "refs/aas/x"]])
      .catch((error: unknown) => error);

    expect(isAasError(failure)).toBe(true);
    expect(String(failure)).not.toContain("s3cret");
    expect(seen).toContain(`Basic ${Buffer.from("robot:s3cret").toString("base64")}`);
    expect(parseRemoteAddress("https://robot:s3cret@host/x.git").address).toBe("https://host/x.git");
  } finally {
    server.close();
  }
});
