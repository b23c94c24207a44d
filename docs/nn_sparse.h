/* SPDX-License-Identifier: Apache-2.0 */
/* Written by `npm run contracts`; docs/contracts.md has the same as tables. */
#ifndef NN_SPARSE_H
#define NN_SPARSE_H

/* Descriptor of a layer of maps: The beat in front of a layer in maps.bin; its rows stand behind it. */
#define NN_SPARSE_MAP_DESCRIPTOR_CHECK_SHIFT         0u
#define NN_SPARSE_MAP_DESCRIPTOR_CHECK_BITS          16u
#define NN_SPARSE_MAP_DESCRIPTOR_OPERATION_SHIFT     16u
#define NN_SPARSE_MAP_DESCRIPTOR_OPERATION_BITS      4u
#define NN_SPARSE_MAP_DESCRIPTOR_OPERATION_CONVOLUTION 1u
#define NN_SPARSE_MAP_DESCRIPTOR_OPERATION_POOL      2u
#define NN_SPARSE_MAP_DESCRIPTOR_OPERATION_HANDOVER  3u
#define NN_SPARSE_MAP_DESCRIPTOR_OPERATION_OUTPUT    4u
#define NN_SPARSE_MAP_DESCRIPTOR_OPERATION_END       5u
#define NN_SPARSE_MAP_DESCRIPTOR_X_SIGNED_SHIFT      20u
#define NN_SPARSE_MAP_DESCRIPTOR_X_SIGNED_BITS       1u
#define NN_SPARSE_MAP_DESCRIPTOR_HALVE_SHIFT         21u
#define NN_SPARSE_MAP_DESCRIPTOR_HALVE_BITS          1u
#define NN_SPARSE_MAP_DESCRIPTOR_KERNEL_SHIFT        22u
#define NN_SPARSE_MAP_DESCRIPTOR_KERNEL_BITS         2u
#define NN_SPARSE_MAP_DESCRIPTOR_VACATES_SHIFT       24u
#define NN_SPARSE_MAP_DESCRIPTOR_VACATES_BITS        1u
#define NN_SPARSE_MAP_DESCRIPTOR_SHIFT_SHIFT         25u
#define NN_SPARSE_MAP_DESCRIPTOR_SHIFT_BITS          5u
#define NN_SPARSE_MAP_DESCRIPTOR_ROWS_SHIFT          32u
#define NN_SPARSE_MAP_DESCRIPTOR_ROWS_BITS           16u
#define NN_SPARSE_MAP_DESCRIPTOR_WORDS_SHIFT         48u
#define NN_SPARSE_MAP_DESCRIPTOR_WORDS_BITS          16u
#define NN_SPARSE_MAP_DESCRIPTOR_STEPS_SHIFT         64u
#define NN_SPARSE_MAP_DESCRIPTOR_STEPS_BITS          16u
#define NN_SPARSE_MAP_DESCRIPTOR_ROUNDS_SHIFT        80u
#define NN_SPARSE_MAP_DESCRIPTOR_ROUNDS_BITS         16u
#define NN_SPARSE_MAP_DESCRIPTOR_STRIDE_SHIFT        96u
#define NN_SPARSE_MAP_DESCRIPTOR_STRIDE_BITS         16u
#define NN_SPARSE_MAP_DESCRIPTOR_LINES_SHIFT         112u
#define NN_SPARSE_MAP_DESCRIPTOR_LINES_BITS          16u
#define NN_SPARSE_MAP_DESCRIPTOR_WIDTH_SHIFT         128u
#define NN_SPARSE_MAP_DESCRIPTOR_WIDTH_BITS          10u
#define NN_SPARSE_MAP_DESCRIPTOR_PITCH_SHIFT         144u
#define NN_SPARSE_MAP_DESCRIPTOR_PITCH_BITS          10u
#define NN_SPARSE_MAP_DESCRIPTOR_HEIGHT_SHIFT        160u
#define NN_SPARSE_MAP_DESCRIPTOR_HEIGHT_BITS         10u
#define NN_SPARSE_MAP_DESCRIPTOR_SLOTS_SHIFT         176u
#define NN_SPARSE_MAP_DESCRIPTOR_SLOTS_BITS          6u
#define NN_SPARSE_MAP_DESCRIPTOR_LEAST_SHIFT         192u
#define NN_SPARSE_MAP_DESCRIPTOR_LEAST_BITS          9u
#define NN_SPARSE_MAP_DESCRIPTOR_MOST_SHIFT          208u
#define NN_SPARSE_MAP_DESCRIPTOR_MOST_BITS           9u
#define NN_SPARSE_MAP_DESCRIPTOR_TO_SHIFT            224u
#define NN_SPARSE_MAP_DESCRIPTOR_TO_BITS             16u
#define NN_SPARSE_MAP_DESCRIPTOR_TABLE_WORDS_SHIFT   240u
#define NN_SPARSE_MAP_DESCRIPTOR_TABLE_WORDS_BITS    5u

/* Descriptor of a layer of vectors: The beat in front of a layer in vectors.bin; its beats of entries stand behind it. */
#define NN_SPARSE_VECTOR_DESCRIPTOR_CHECK_SHIFT      0u
#define NN_SPARSE_VECTOR_DESCRIPTOR_CHECK_BITS       16u
#define NN_SPARSE_VECTOR_DESCRIPTOR_OPERATION_SHIFT  16u
#define NN_SPARSE_VECTOR_DESCRIPTOR_OPERATION_BITS   4u
#define NN_SPARSE_VECTOR_DESCRIPTOR_OPERATION_DENSE  1u
#define NN_SPARSE_VECTOR_DESCRIPTOR_OPERATION_OUTPUT 2u
#define NN_SPARSE_VECTOR_DESCRIPTOR_OPERATION_END    3u
#define NN_SPARSE_VECTOR_DESCRIPTOR_X_SIGNED_SHIFT   20u
#define NN_SPARSE_VECTOR_DESCRIPTOR_X_SIGNED_BITS    1u
#define NN_SPARSE_VECTOR_DESCRIPTOR_OWN_SHIFT        21u
#define NN_SPARSE_VECTOR_DESCRIPTOR_OWN_BITS         1u
#define NN_SPARSE_VECTOR_DESCRIPTOR_ROUNDED_SHIFT    22u
#define NN_SPARSE_VECTOR_DESCRIPTOR_ROUNDED_BITS     1u
#define NN_SPARSE_VECTOR_DESCRIPTOR_WIDE_SHIFT       24u
#define NN_SPARSE_VECTOR_DESCRIPTOR_WIDE_BITS        1u
#define NN_SPARSE_VECTOR_DESCRIPTOR_SHIFT_SHIFT      25u
#define NN_SPARSE_VECTOR_DESCRIPTOR_SHIFT_BITS       5u
#define NN_SPARSE_VECTOR_DESCRIPTOR_SETS_SHIFT       32u
#define NN_SPARSE_VECTOR_DESCRIPTOR_SETS_BITS        16u
#define NN_SPARSE_VECTOR_DESCRIPTOR_BYTES_SHIFT      48u
#define NN_SPARSE_VECTOR_DESCRIPTOR_BYTES_BITS       16u
#define NN_SPARSE_VECTOR_DESCRIPTOR_LEAST_SHIFT      64u
#define NN_SPARSE_VECTOR_DESCRIPTOR_LEAST_BITS       9u
#define NN_SPARSE_VECTOR_DESCRIPTOR_MOST_SHIFT       80u
#define NN_SPARSE_VECTOR_DESCRIPTOR_MOST_BITS        9u
#define NN_SPARSE_VECTOR_DESCRIPTOR_FROM_SHIFT       96u
#define NN_SPARSE_VECTOR_DESCRIPTOR_FROM_BITS        16u
#define NN_SPARSE_VECTOR_DESCRIPTOR_TO_SHIFT         112u
#define NN_SPARSE_VECTOR_DESCRIPTOR_TO_BITS          16u
#define NN_SPARSE_VECTOR_DESCRIPTOR_BEATS_SHIFT      128u
#define NN_SPARSE_VECTOR_DESCRIPTOR_BEATS_BITS       32u
#define NN_SPARSE_VECTOR_DESCRIPTOR_CLASSES_SHIFT    160u
#define NN_SPARSE_VECTOR_DESCRIPTOR_CLASSES_BITS     7u

/* Read of the activation memory: A word of the step rings, two in a row; of convolutions its low half, four in a row. */
#define NN_SPARSE_STEP_LINE_SHIFT                    0u
#define NN_SPARSE_STEP_LINE_BITS                     16u
#define NN_SPARSE_STEP_ROW_SHIFT                     16u
#define NN_SPARSE_STEP_ROW_BITS                      8u
#define NN_SPARSE_STEP_SHIFT_SHIFT                   24u
#define NN_SPARSE_STEP_SHIFT_BITS                    6u
#define NN_SPARSE_STEP_FIRST_SHIFT                   32u
#define NN_SPARSE_STEP_FIRST_BITS                    1u
#define NN_SPARSE_STEP_LAST_SHIFT                    33u
#define NN_SPARSE_STEP_LAST_BITS                     1u
#define NN_SPARSE_STEP_FLUSH_SHIFT                   34u
#define NN_SPARSE_STEP_FLUSH_BITS                    1u
#define NN_SPARSE_STEP_TAKE_SHIFT                    40u
#define NN_SPARSE_STEP_TAKE_BITS                     7u
#define NN_SPARSE_STEP_COUNT_SHIFT                   48u
#define NN_SPARSE_STEP_COUNT_BITS                    7u

/* Parameters of an output channel: A word of the parameter ring, for each slot of each group. */
#define NN_SPARSE_PARAMETER_A_SHIFT                  0u
#define NN_SPARSE_PARAMETER_A_BITS                   16u
#define NN_SPARSE_PARAMETER_B_SHIFT                  16u
#define NN_SPARSE_PARAMETER_B_BITS                   32u
#define NN_SPARSE_PARAMETER_TO_SHIFT                 48u
#define NN_SPARSE_PARAMETER_TO_BITS                  15u
#define NN_SPARSE_PARAMETER_USED_SHIFT               63u
#define NN_SPARSE_PARAMETER_USED_BITS                1u

/* Class of coded entries: A line of the table that a list of weights begins with. */
#define NN_SPARSE_ENTRY_CLASS_INDEX_SHIFT            0u
#define NN_SPARSE_ENTRY_CLASS_INDEX_BITS             8u
#define NN_SPARSE_ENTRY_CLASS_INDEX_BITS_SHIFT       8u
#define NN_SPARSE_ENTRY_CLASS_INDEX_BITS_BITS        3u
#define NN_SPARSE_ENTRY_CLASS_MAGNITUDE_SHIFT        11u
#define NN_SPARSE_ENTRY_CLASS_MAGNITUDE_BITS         8u
#define NN_SPARSE_ENTRY_CLASS_WEIGHT_BITS_SHIFT      19u
#define NN_SPARSE_ENTRY_CLASS_WEIGHT_BITS_BITS       3u
#define NN_SPARSE_ENTRY_CLASS_LENGTH_SHIFT           22u
#define NN_SPARSE_ENTRY_CLASS_LENGTH_BITS            4u
#define NN_SPARSE_ENTRY_CLASS_ENDS_SHIFT             26u
#define NN_SPARSE_ENTRY_CLASS_ENDS_BITS              1u

/* Index of a group's entry: What the index of an entry says in a convolution. */
#define NN_SPARSE_LIST_INDEX_LAST_SHIFT              0u
#define NN_SPARSE_LIST_INDEX_LAST_BITS               1u
#define NN_SPARSE_LIST_INDEX_SLOTS_SHIFT             1u
#define NN_SPARSE_LIST_INDEX_SLOTS_BITS              6u

/* Beats of a fully connected layer: Order of a set's beats behind the table of classes; `words` stands for as many as `count` says. */
#define NN_SPARSE_SET_ORDER_CLASSES                  0x00u
#define NN_SPARSE_SET_ORDER_COUNT                    0x01u
#define NN_SPARSE_SET_ORDER_WORDS                    0x02u
#define NN_SPARSE_SET_ORDER_FACTORS                  0x03u
#define NN_SPARSE_SET_ORDER_TERMS_LOW                0x04u
#define NN_SPARSE_SET_ORDER_TERMS_HIGH               0x05u

/* Registers: Byte addresses on AXI4-Lite. Addresses in memory are multiples of 4096. */
#define NN_SPARSE_REGISTERS_CONTROL                  0x00u
#define NN_SPARSE_REGISTERS_STATUS                   0x04u
#define NN_SPARSE_REGISTERS_INTERRUPT                0x08u
#define NN_SPARSE_REGISTERS_CLOCKS                   0x0cu
#define NN_SPARSE_REGISTERS_FRAME_LOW                0x10u
#define NN_SPARSE_REGISTERS_FRAME_HIGH               0x14u
#define NN_SPARSE_REGISTERS_MAPS_LOW                 0x18u
#define NN_SPARSE_REGISTERS_MAPS_HIGH                0x1cu
#define NN_SPARSE_REGISTERS_RESULT_LOW               0x20u
#define NN_SPARSE_REGISTERS_RESULT_HIGH              0x24u
#define NN_SPARSE_REGISTERS_FRAME_BEATS              0x28u
#define NN_SPARSE_REGISTERS_MAPS_BEATS               0x2cu
#define NN_SPARSE_REGISTERS_VECTORS_LOW              0x30u
#define NN_SPARSE_REGISTERS_VECTORS_HIGH             0x34u
#define NN_SPARSE_REGISTERS_VECTORS_BEATS            0x38u

/* Control, written: Register 0x00. */
#define NN_SPARSE_CONTROL_WRITE_START_SHIFT          0u
#define NN_SPARSE_CONTROL_WRITE_START_BITS           1u

/* Control, read: Register 0x00. */
#define NN_SPARSE_CONTROL_READ_BUSY_SHIFT            0u
#define NN_SPARSE_CONTROL_READ_BUSY_BITS             1u
#define NN_SPARSE_CONTROL_READ_ROOM_SHIFT            1u
#define NN_SPARSE_CONTROL_READ_ROOM_BITS             1u

/* Status, written: Register 0x04. */
#define NN_SPARSE_STATUS_WRITE_FORGET_SHIFT          0u
#define NN_SPARSE_STATUS_WRITE_FORGET_BITS           1u

/* Status, read: Register 0x04. */
#define NN_SPARSE_STATUS_READ_ENDED_SHIFT            0u
#define NN_SPARSE_STATUS_READ_ENDED_BITS             1u
#define NN_SPARSE_STATUS_READ_CODE_SHIFT             4u
#define NN_SPARSE_STATUS_READ_CODE_BITS              4u

/* Interrupt: Register 0x08. */
#define NN_SPARSE_INTERRUPT_ENABLE_SHIFT             0u
#define NN_SPARSE_INTERRUPT_ENABLE_BITS              1u

/* Codes: How a frame ended; docs/streams.md says what a driver does about it. */
#define NN_SPARSE_CODES_GOOD                         0x00u
#define NN_SPARSE_CODES_READ_FAILED                  0x01u
#define NN_SPARSE_CODES_WRITE_FAILED                 0x02u
#define NN_SPARSE_CODES_NO_DESCRIPTOR                0x03u
#define NN_SPARSE_CODES_ENDS_EARLY                   0x04u
#define NN_SPARSE_CODES_GOES_ON                      0x05u
#define NN_SPARSE_CODES_BAD_LIST                     0x06u
#define NN_SPARSE_CODES_BAD_ROWS                     0x07u
#define NN_SPARSE_CODES_DISAGREE                     0x08u
#define NN_SPARSE_CODES_ABORTED                      0x09u

/* Numbers of the engine: Check words, widths of codes, depths of queues and pipelines in clocks. */
#define NN_SPARSE_ENGINE_MAP_CHECK                   0xb100u
#define NN_SPARSE_ENGINE_VECTOR_CHECK                0xb200u
#define NN_SPARSE_ENGINE_LIST_PREFIX                 0x05u
#define NN_SPARSE_ENGINE_ROW_PREFIX                  0x06u
#define NN_SPARSE_ENGINE_ENTRY_MOST                  0x10u
#define NN_SPARSE_ENGINE_FRAMES_MOST                 0x04u
#define NN_SPARSE_ENGINE_VECTORS_MOST                0x20u
#define NN_SPARSE_ENGINE_VECTORS_SLACK               0x03u
#define NN_SPARSE_ENGINE_SETTLE_CLOCKS               0x1fu
#define NN_SPARSE_ENGINE_REQUANTISE_CLOCKS           0x07u

#endif /* NN_SPARSE_H */
