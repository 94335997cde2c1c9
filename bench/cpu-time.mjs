/**
 * Microseconds of CPU that this process has had, its threads for compilation and garbage collection included. Unlike the
 * clock, it does not run on while other processes have the machine. Waiting costs nothing in it.
 */
export function cpuTime() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
