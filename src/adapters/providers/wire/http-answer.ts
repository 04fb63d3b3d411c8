/** What a server answered: its body as JSON where it is JSON, else as text. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly receivedAt: Date;
}

export function isOk({ status }: { readonly status: number }): boolean {
  return status >= 200 && status < 300;
}
