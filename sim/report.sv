// SPDX-License-Identifier: Apache-2.0
// Every report of a bench begins with the nonce of its run, which main.cpp has and the design cannot know: what the
// design itself prints is no report (sim/report-lines.ts).
package nn_report;
    import "DPI-C" nn_nonce = function string nonce();
endpackage
