/** `import-in-the-middle` 3.6 has no types for these files. Only what `/register` uses is declared. */
declare module 'import-in-the-middle/create-hook.mjs' {
  export interface ImportHook {
    /** The asynchronous hooks, for `module.register()`. */
    readonly resolve: unknown;
    readonly load: unknown;
    /** The synchronous hooks, for `module.registerHooks()`, which is not in @types/node 20. */
    resolveSync(
      specifier: string,
      context: { readonly conditions?: readonly string[] },
      next: (specifier: string, context: object) => { url: string },
    ): { url: string };
    loadSync(url: string, context: object, next: (url: string, context: object) => unknown): unknown;
    applyOptions(options: { shouldInclude: (url: string, specifier: string) => boolean }): void;
  }

  /** @param meta where `import-in-the-middle/hook.mjs` is */
  export type CreateHook = (meta: { url: string }) => ImportHook;
  export const createHook: CreateHook;
}

declare module 'import-in-the-middle/supports-sync-hooks.mjs' {
  export function supportsSyncHooks(): boolean;
}

declare module 'import-in-the-middle/lib/register.js' {
  /** One for each `Hook` in the process. */
  export const importHooks: readonly unknown[];
}
