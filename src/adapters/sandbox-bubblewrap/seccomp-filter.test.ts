import { expect, test } from "vitest";
import { forbiddenSyscalls, hiddenSyscalls, type SandboxArch } from "./denied-syscalls.ts";
import { assembleSeccompFilter } from "./seccomp-filter.ts";

const architectures = { x64: 0xc000003e, arm64: 0xc00000b7 };
const allow = 0x7fff0000;
const kill = 0x80000000;
const eperm = 0x00050001;
const enomem = 0x0005000c;
const enosys = 0x00050026;
const eafnosupport = 0x00050061;

interface Call {
  readonly number: number;
  readonly arch?: number;
  readonly args?: readonly bigint[];
}

/** What the kernel would answer: the few instructions of classic BPF that a seccomp filter may use, written out. */
function answer(machine: SandboxArch, { number, arch = architectures[machine], args = [] }: Call): number {
  const filter = assembleSeccompFilter(machine);
  const call = Buffer.alloc(64);
  call.writeUInt32LE(number, 0);
  call.writeUInt32LE(arch, 4);
  for (const [index, value] of args.entries())
    call.writeBigUInt64LE(BigInt.asUintN(64, value), 16 + index * 8);
  let accumulator = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at);
    const operand = filter.readUInt32LE(at + 4);
    if (code === 0x06) return operand;
    if (code === 0x20) accumulator = call.readUInt32LE(operand);
    else at += 8 * filter.readUInt8(at + (isTrue(code, accumulator, operand) ? 2 : 3));
  }
  throw new Error("the filter ran off its end");
}

function isTrue(code: number, accumulator: number, operand: number): boolean {
  if (code === 0x15) return accumulator === operand;
  if (code === 0x25) return accumulator > operand;
  if (code === 0x35) return accumulator >= operand;
  if (code === 0x45) return (accumulator & operand) !== 0;
  throw new Error(`unknown instruction ${code}`);
}

const machines: readonly SandboxArch[] = ["x64", "arm64"];
const numbers = {
  x64: { read: 0, clone: 56, unshare: 272, ioctl: 16, socket: 41, socketpair: 53, shmget: 29, execve: 59 },
  arm64: {
    read: 63,
    clone: 220,
    unshare: 97,
    ioctl: 29,
    socket: 198,
    socketpair: 199,
    shmget: 194,
    execve: 221,
  },
};

test.each(machines)("on %s ordinary calls pass", (machine) => {
  const { read, execve, clone, ioctl } = numbers[machine];
  const thread = { number: clone, args: [0x3d0f00n] };
  const fork = { number: clone, args: [0x1200011n] };

  const answers = [
    { number: read },
    { number: execve },
    thread,
    fork,
    { number: ioctl, args: [0n, 0x5401n] },
  ].map((call) => answer(machine, call));

  expect(answers).toEqual([allow, allow, allow, allow, allow]);
});

test.each(machines)("on %s every forbidden call is refused and every hidden one unknown", (machine) => {
  const answersTo = (table: typeof forbiddenSyscalls): ReadonlySet<number> =>
    new Set(
      Object.values(table).flatMap((each) =>
        each[machine] === null ? [] : answer(machine, { number: each[machine] }),
      ),
    );

  expect([...answersTo(forbiddenSyscalls)]).toEqual([eperm]);
  expect([...answersTo(hiddenSyscalls)]).toEqual([enosys]);
});

test.each(machines)("on %s no namespace can be made", (machine) => {
  const { clone, unshare } = numbers[machine];
  const flags = [0x00020000n, 0x02000000n, 0x04000000n, 0x08000000n, 0x10000000n, 0x20000000n, 0x40000000n];

  const answers = flags.flatMap((flag) =>
    [clone, unshare].map((number) => answer(machine, { number, args: [flag | 17n] })),
  );

  expect(new Set(answers)).toEqual(new Set([eperm]));
  expect(answer(machine, { number: unshare, args: [0x80n] })).toBe(eperm);
  expect(answer(machine, { number: unshare, args: [0x400n] })).toBe(allow);
});

test.each(machines)(
  "on %s nothing can be typed into the terminal, whatever the upper half says",
  (machine) => {
    const { ioctl } = numbers[machine];

    const requests = [0x5412n, 0x541cn, 0x1_0000_5412n];

    expect(requests.map((request) => answer(machine, { number: ioctl, args: [0n, request] }))).toEqual([
      eperm,
      eperm,
      eperm,
    ]);
  },
);

test.each(machines)("on %s only ordinary socket families exist", (machine) => {
  const { socket, socketpair } = numbers[machine];
  const families = [1n, 2n, 10n, 16n, 17n, 38n, 40n, 44n];

  const answers = [socket, socketpair].map((number) =>
    families.map((family) => answer(machine, { number, args: [family] })),
  );

  const expected = [allow, allow, allow, allow, eafnosupport, eafnosupport, eafnosupport, eafnosupport];
  expect(answers).toEqual([expected, expected]);
});

test.each(machines)("on %s shared segments are small", (machine) => {
  const { shmget } = numbers[machine];
  const sizes = [56n, 65_536n, 65_537n, 0x1_0000_0000n];

  const answers = sizes.map((size) => answer(machine, { number: shmget, args: [0n, size] }));

  expect(answers).toEqual([allow, allow, enomem, enomem]);
});

test("a program of another machine is killed, and x32 calls do not exist", () => {
  expect(answer("x64", { number: 0, arch: 0x40000003 })).toBe(kill);
  expect(answer("x64", { number: 0, arch: architectures.arm64 })).toBe(kill);
  expect(answer("arm64", { number: 63, arch: 0x40000028 })).toBe(kill);
  expect(answer("x64", { number: 0x40000000 })).toBe(enosys);
  expect(answer("x64", { number: 0x40000000 + 101 })).toBe(enosys);
});
