import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** A request as it arrived, whole. */
export interface Asked {
  readonly method: string;
  /** Without Azure's prefix `/openai`, so that one route and one fault serve both. */
  readonly path: string;
  readonly isAzure: boolean;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Where this server is reached, as its client wrote it. */
  readonly origin: string;
}

/** Null when the client went away before it had sent everything. */
export async function readAsked(message: IncomingMessage): Promise<Asked | null> {
  const body = await readBody(message);
  if (body === null) return null;
  const origin = `http://${message.headers.host ?? "127.0.0.1"}`;
  const url = new URL(message.url ?? "/", origin);
  const isAzure = url.pathname.startsWith("/openai/");
  return {
    method: message.method ?? "GET",
    path: isAzure ? url.pathname.slice("/openai".length) : url.pathname,
    isAzure,
    query: url.searchParams,
    headers: message.headers,
    body,
    origin,
  };
}

async function readBody(message: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return message.complete ? Buffer.concat(chunks) : null;
}

export function headerOf({ headers }: Asked, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" && value !== "" ? value : null;
}
