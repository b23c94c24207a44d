// SPDX-License-Identifier: Apache-2.0
// Counts what a VCD trace says, as it is written, and keeps nothing of it: no file of gigabytes comes about.
//
// The file named at open() gets, at close(), a line for every signal and for every bit (0 = the lowest) that toggled:
//     DURATION <ticks>
//     SCOPE <name>          UP
//     VAR <code> <width> <name>
//     BIT <code> <bit> <ones> <toggles> <wave> <ahead> <behind>
//     HIGH <code> <bit>     a bit that stood at 1 and never toggled
// ones: ticks at 1. wave: the sum of R^t over the clocks t in which the bit toggled, modulo 2^64, so that equal numbers are one
// net under several names. ahead = R times the sum without the last clock, behind = the sum without the first one: where one
// bit's ahead is another's behind, the second does what the first did a clock before.
#ifndef TOGGLE_COUNTER_H
#define TOGGLE_COUNTER_H

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "verilated_vcd_c.h"

class ToggleCounter final : public VerilatedVcdFile {
    // An odd number, so that powers of it never end; Knuth's multiplier for 64 bits.
    static constexpr uint64_t R = 6364136223846793005ULL;

    struct Bit {
        int64_t ones = 0;
        uint64_t toggles = 0, wave = 0, first = 0, last = 0;
    };

    struct Signal {
        std::string values;  // of its bits, highest first: '0', '1', or ' ' before the first dump
        std::vector<Bit> bits;  // likewise
    };

    std::string m_name, m_line, m_header;
    std::vector<Signal> m_signals;  // by number
    std::vector<std::pair<std::string, size_t>> m_codes;  // and numbers, in the order of declaration
    int64_t m_start = -1, m_now = 0;
    uint64_t m_power = 1;  // R^clock

    // The number behind a VCD code: digits to the base of 94, the lowest first, as Verilator counts signals.
    static size_t number(const char *code) {
        size_t value = *code - '!';
        for (size_t scale = 94; *++code; scale *= 94) value += scale * (*code - '!' + 1);
        return value;
    }

    // The tick after a change counts for the new value.
    void change(Signal &signal, const char *values) {
        for (size_t i = 0; i < signal.values.size(); ++i) {
            const char before = signal.values[i], after = values[i];
            if (before == after) continue;
            Bit &bit = signal.bits[i];
            if (before != ' ') {
                bit.toggles += 1;
                bit.wave += m_power;
                if (m_now <= m_start + 1) bit.first += m_power;
                bit.last = m_power;
            }
            bit.ones += after == '1' ? -m_now : before == '1' ? m_now : 0;
            signal.values[i] = after;
        }
    }

    void time(int64_t now) {
        if (m_start < 0) m_start = now;
        // A clock is two ticks, the second of them its rising edge.
        if (now > m_start && (now - m_start) % 2 == 0) m_power *= R;
        m_now = now;
    }

    void declare(char *line) {
        const char *kind = std::strtok(line, " ");
        if (std::strcmp(kind, "$scope") == 0) {
            std::strtok(nullptr, " ");
            m_header += std::string{"SCOPE "} + std::strtok(nullptr, " ") + "\n";
        } else if (std::strcmp(kind, "$upscope") == 0) {
            m_header += "UP\n";
        } else if (std::strcmp(kind, "$var") == 0) {
            std::strtok(nullptr, " ");
            const std::string width = std::strtok(nullptr, " ");
            const std::string code = std::strtok(nullptr, " ");
            m_header += "VAR " + code + " " + width + " " + std::strtok(nullptr, " ") + "\n";
            const size_t at = number(code.c_str());
            if (m_signals.size() <= at) m_signals.resize(at + 1);
            if (!m_signals[at].bits.empty()) return;
            m_signals[at].bits.resize(std::stoul(width));
            m_signals[at].values.assign(std::stoul(width), ' ');
            m_codes.emplace_back(code, at);
        }
    }

    void line() {
        char *text = &m_line[0];
        while (*text == ' ') ++text;
        switch (*text) {
        case '$': declare(text); break;
        case '#': time(std::strtoll(text + 1, nullptr, 10)); break;
        case '0':
        case '1': change(m_signals.at(number(text + 1)), text); break;
        case 'b': change(m_signals.at(number(std::strchr(text, ' ') + 1)), text + 1); break;
        default: break;
        }
        m_line.clear();
    }

public:
    bool open(const std::string &name) override {
        m_name = name;
        return true;
    }

    ssize_t write(const char *text, ssize_t length) override {
        const char *const end = text + length;
        while (const char *newline = static_cast<const char *>(std::memchr(text, '\n', end - text))) {
            m_line.append(text, newline);
            line();
            text = newline + 1;
        }
        m_line.append(text, end);
        return length;
    }

    void close() override {
        if (m_name.empty()) return;
        std::FILE *const file = std::fopen(m_name.c_str(), "w");
        m_name.clear();
        if (!file) return;
        const int64_t end = m_now + 1;
        std::fprintf(file, "DURATION %" PRId64 "\n%s", end - m_start, m_header.c_str());
        for (const auto &[code, at] : m_codes) {
            const Signal &signal = m_signals[at];
            const size_t width = signal.bits.size();
            for (size_t i = 0; i < width; ++i) {
                const Bit &bit = signal.bits[width - 1 - i];
                const bool high = signal.values[width - 1 - i] == '1';
                const uint64_t late = m_power == bit.last ? bit.last : 0;
                if (bit.toggles > 0)
                    std::fprintf(file, "BIT %s %zu %" PRId64 " %" PRIu64 " %" PRIx64 " %" PRIx64 " %" PRIx64 "\n", code.c_str(), i,
                                 bit.ones + (high ? end : 0), bit.toggles, bit.wave, R * (bit.wave - late),
                                 bit.wave - bit.first);
                else if (high)
                    std::fprintf(file, "HIGH %s %zu\n", code.c_str(), i);
            }
        }
        std::fclose(file);
    }
};

#endif
