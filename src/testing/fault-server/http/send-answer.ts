import type { ServerResponse } from "node:http";

export interface Sending {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The connection breaks after so many bytes of the body; null: it does not. */
  readonly cutAfterBytes: number | null;
}

const pieceBytes = 16 * 1024;

/** Sends piece by piece and answers how many bytes of the body went out. */
export async function sendAnswer(response: ServerResponse, sending: Sending): Promise<number> {
  const { status, headers, body, cutAfterBytes } = sending;
  response.writeHead(status, { "content-length": String(body.length), ...headers });
  const end = Math.min(cutAfterBytes ?? body.length, body.length);
  const sent = await writePieces(response, body.subarray(0, end));
  if (cutAfterBytes === null) response.end();
  else response.destroy();
  return sent;
}

async function writePieces(response: ServerResponse, body: Buffer): Promise<number> {
  if (body.length === 0) response.flushHeaders();
  let sent = 0;
  while (sent < body.length) {
    const piece = body.subarray(sent, sent + pieceBytes);
    if (!(await wentOut(response, piece))) return sent;
    sent += piece.length;
  }
  return sent;
}

/** False when the client is gone: then the piece never left this machine's memory. */
function wentOut(response: ServerResponse, piece: Buffer): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const gone = (): void => resolve(false);
    response.once("close", gone);
    response.write(piece, (error) => {
      response.off("close", gone);
      resolve(error === null || error === undefined);
    });
  });
}
