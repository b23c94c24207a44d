/** The program: its words, its streams, its exit code. The only place that ends the process. */
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), process);
