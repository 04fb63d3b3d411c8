// A finished batch of OpenAI and its output file of so many lines, in a process of its own. Prints its address; ends with
// whoever started it. Started by batch-results.ts.
import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { resultLine } from "./result-lines.ts";

const count = Number(process.argv[2]);
const linesAtOnce = 200;

const batch = {
  id: "batch_bench",
  object: "batch",
  endpoint: "/v1/chat/completions",
  input_file_id: "file-in",
  completion_window: "24h",
  status: "completed",
  output_file_id: "file-out",
  error_file_id: null,
  created_at: Math.floor(Date.now() / 1000),
  completed_at: Math.floor(Date.now() / 1000),
  request_counts: { total: count, completed: count, failed: 0 },
};

async function sendFile(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "application/octet-stream" });
  for (let first = 1; first <= count; first += linesAtOnce) {
    const last = Math.min(count, first + linesAtOnce - 1);
    const lines = Array.from({ length: last - first + 1 }, (_, index) => resultLine(first + index));
    if (!response.write(lines.join(""))) await once(response, "drain");
  }
  response.end();
}

const server = createServer((request, response) => {
  if (request.url === "/v1/files/file-out/content") void sendFile(response);
  else if (request.url === "/v1/batches/batch_bench") response.end(JSON.stringify(batch));
  else response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/v1` })}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
