// SPDX-License-Identifier: Apache-2.0
// What the bench is told: options, and frames: where they lie in memory, how long they are, what of them is to fail.
`default_nettype none
package nn_sparse_orders;
    typedef struct {
        reg [63:0] frame, maps, vectors, result;
        reg [31:0] frame_beats, maps_beats, vectors_beats;
        reg [63:0] read_error;          // address of the beat whose read fails; 0 where none does
        int        slots;               // of the result, 64 bytes each
        int        code;                // that it must end with
        int        check;               // what it writes is compared
        int        write_error;         // number of the write that fails, from 1; 0 where none does
    } frame_t;

    function automatic int option(input string name, input int by_default);
        if (!$value$plusargs({name, "=%d"}, option)) option = by_default;
    endfunction

    // The next line of frames.txt; 0 at its end.
    function automatic int next(input int fd, output frame_t f);
        next = 32'($fscanf(fd, "%h %h %h %h %h %h %h %h %d %d %d %d\n", f.frame, f.maps, f.vectors, f.result,
                           f.frame_beats, f.maps_beats, f.vectors_beats, f.read_error, f.slots, f.code, f.check,
                           f.write_error) == 12);
    endfunction
endpackage
`default_nettype wire
