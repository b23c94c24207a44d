/** Whether a process of this machine runs: what a dead one left behind may be cleaned up. */
import { kill } from 'node:process';

export function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    // It runs, but for another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
