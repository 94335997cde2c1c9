// Runs an application, and prints the spans that it made.
await import(process.argv[2]);
console.log(JSON.stringify(globalThis.peer.finishedSpans()));
process.exit();
