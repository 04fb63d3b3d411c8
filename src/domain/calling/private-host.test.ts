import { expect, test } from "vitest";
import { isPrivateHost } from "./private-host.ts";

test.each([
  "localhost",
  "127.0.0.1",
  "[::1]",
  "10.1.2.3",
  "192.168.0.7",
  "172.16.0.1",
  "172.31.255.1",
  "[fd12:3456::1]",
  "ollama",
  "host.docker.internal",
  "box.local",
])("%s is one's own", (host) => {
  expect(isPrivateHost(host)).toBe(true);
});

test.each([
  "api.openai.com",
  "8.8.8.8",
  "172.32.0.1",
  "110.0.0.1",
  "192.169.0.1",
  "[2001:db8::1]",
  "localhost.example.com",
  "internal.example.com",
])("%s is somebody else's", (host) => {
  expect(isPrivateHost(host)).toBe(false);
});
