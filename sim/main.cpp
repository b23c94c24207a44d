// SPDX-License-Identifier: Apache-2.0
// Clock generator for every bench: toggles `clk` until $finish. The first line of standard input is the nonce of the
// bench's reports: the design could read an argument, a variable or a file. Windows of clocks with +wave=FILE
// +wave_from=C +wave_to=C: an FST of them when built with --trace-fst, the toggles in them when built with --trace.
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>

#include "Vbench.h"
#include "verilated.h"
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#elif VM_TRACE
#include "toggle_counter.h"
#endif

namespace {

std::string nonce;

std::string plusarg(VerilatedContext &context, const char *name) {
    const std::string match = context.commandArgsPlusMatch(name);
    return match.empty() ? "" : match.substr(1 + std::strlen(name));
}

}  // namespace

// report.sv imports it.
extern "C" const char *nn_nonce() { return nonce.c_str(); }

int main(int argc, char **argv) {
    std::getline(std::cin, nonce);
    const auto context = std::make_unique<VerilatedContext>();
    context->commandArgs(argc, argv);
    const auto bench = std::make_unique<Vbench>(context.get());
#if VM_TRACE
    context->traceEverOn(true);
#if VM_TRACE_FST
    VerilatedFstC wave;
#else
    ToggleCounter counter;
    VerilatedVcdC wave{&counter};
#endif
    const std::string path = plusarg(*context, "wave=");
    const uint64_t from = std::strtoull(plusarg(*context, "wave_from=").c_str(), nullptr, 10);
    const uint64_t to = std::strtoull(plusarg(*context, "wave_to=").c_str(), nullptr, 10);
    if (!path.empty()) {
        bench->trace(&wave, 99);
        wave.open(path.c_str());
    }
#endif
    for (uint64_t cycle = 0; !context->gotFinish(); ++cycle) {
        for (const int level : {0, 1}) {
            bench->clk = level;
            bench->eval();
#if VM_TRACE
            if (!path.empty() && cycle >= from && cycle <= to) wave.dump(context->time());
#endif
            context->timeInc(1);
        }
    }
    bench->final();
#if VM_TRACE
    if (!path.empty()) wave.close();
#endif
    return 0;
}
