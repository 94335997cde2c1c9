import { createRequire } from 'node:module';
import type { OpenAI } from 'openai';
import type { startFakeSockets } from '../support/fake-openai/sockets/index.mjs';

export type FakeSockets = Awaited<ReturnType<typeof startFakeSockets>>;

type Listener = (...args: never[]) => void;

/** What the tests use of the SDK's socket classes, which differ little between its versions. */
export interface Socket {
  readonly socket: {
    readonly readyState: number;
    close(code?: number, reason?: string): void;
    terminate?(): void;
    on(event: string, listener: Listener): void;
    once(event: string, listener: Listener): void;
    readonly platformSocket?: { once(event: string, listener: Listener): void };
  };
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
  send(message: object): void;
  sendRaw?(data: string): void;
  close(props?: { code: number; reason: string }): void;
}

export type SocketClass = new (...args: unknown[]) => Socket;

/** A module of the copy of `openai` that an application depending on this major gets. */
export function load(major: number, path: string): Record<string, unknown> {
  return createRequire(new URL(`../sdk/${major}/package.json`, import.meta.url))(path);
}

export function realtimeClass(major: number, { beta = major === 4 } = {}): SocketClass {
  return load(major, `openai/${beta ? 'beta/' : ''}realtime/ws`).OpenAIRealtimeWS as SocketClass;
}

export function responsesClass(major: number, { beta = false } = {}): SocketClass {
  return load(major, `openai/resources/${beta ? 'beta/' : ''}responses/ws`).ResponsesWS as SocketClass;
}

export function client(major: number, baseURL: string): OpenAI {
  const { OpenAI } = load(major, 'openai') as { OpenAI: new (options: object) => OpenAI };
  return new OpenAI({ apiKey: 'sk-test', baseURL });
}

/** Sends what the server is to do to this connection: see `Connection` of the fake server. */
export function tell(socket: Socket, type: string, fields: object = {}): void {
  socket.send({ type: `fake.${type}`, ...fields });
}

/** The next event of a type, or that which makes up a number of them: several can come in one turn. */
export function next(socket: Socket, type: string, count = 1): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    let missing = count;
    const listener = (event: Record<string, unknown>) => {
      missing--;
      if (missing > 0) return;
      socket.off(type, listener);
      resolve(event);
    };
    socket.on(type, listener);
  });
}

/** The close of the socket that the object has now. */
export function closed({ socket }: Socket): Promise<void> {
  return new Promise((resolve) => {
    (socket.platformSocket ?? socket).once('close', () => resolve());
  });
}

export async function close(socket: Socket): Promise<void> {
  const end = closed(socket);
  socket.close();
  await end;
}
