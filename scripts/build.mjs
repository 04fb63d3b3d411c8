// npm run build: `src` becomes `dist`, which is what a package needs: Node strips no types below node_modules.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

// What a check runs inside the sandbox is no TypeScript, and lies beside the code that starts it.
for (const file of globSync("**/*.py", { cwd: join(root, "src") }))
  cpSync(join(root, "src", file), join(root, "dist", file));
