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
#include <unordered_map>
#include <vector>

#include "verilated_vcd_c.h"

class ToggleCounter final : public VerilatedVcdFile {
    // An odd number, so that powers of it never end; Knuth's multiplier for 64 bits.
    static constexpr uint64_t R = 6364136223846793005ULL;

    struct Bit {
        char value = 0;  // '0', '1', or 0 before the first dump
        int64_t ones = 0;
        uint64_t toggles = 0, wave = 0, first = 0, last = 0;
    };

    std::string m_name, m_line, m_header;
    std::unordered_map<std::string, std::vector<Bit>> m_signals;
    std::vector<std::string> m_codes;  // in the order of declaration
    int64_t m_start = -1, m_now = 0;
    uint64_t m_power = 1;  // R^clock

    // A clock is two ticks. The tick after a change counts for the new value.
    void change(Bit &bit, char value) {
        if (bit.value == value) return;
        if (bit.value != 0) {
            bit.toggles += 1;
            bit.wave += m_power;
            if (m_now <= m_start + 1) bit.first += m_power;
            bit.last = m_power;
        }
        bit.ones += value == '1' ? -m_now : bit.value == '1' ? m_now : 0;
        bit.value = value;
    }

    void time(int64_t now) {
        if (m_start < 0) m_start = now;
        // The second tick of each clock is its rising edge.
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
            if (m_signals.emplace(code, std::stoul(width)).second) m_codes.push_back(code);
        }
    }

    void line() {
        char *text = &m_line[0];
        while (*text == ' ') ++text;
        switch (*text) {
        case '$': declare(text); break;
        case '#': time(std::strtoll(text + 1, nullptr, 10)); break;
        case '0':
        case '1': change(m_signals.at(text + 1)[0], *text); break;
        case 'b': {
            char *code = std::strchr(text, ' ');
            std::vector<Bit> &bits = m_signals.at(code + 1);
            // Highest bit first, all of them.
            for (size_t i = bits.size(); i-- > 0;) change(bits[i], *++text);
            break;
        }
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
        for (const std::string &code : m_codes) {
            const std::vector<Bit> &bits = m_signals.at(code);
            for (size_t i = 0; i < bits.size(); ++i) {
                const Bit &bit = bits[i];
                const uint64_t late = m_power == bit.last ? bit.last : 0;
                if (bit.toggles > 0)
                    std::fprintf(file, "BIT %s %zu %" PRId64 " %" PRIu64 " %" PRIx64 " %" PRIx64 " %" PRIx64 "\n", code.c_str(), i,
                                 bit.ones + (bit.value == '1' ? end : 0), bit.toggles, bit.wave, R * (bit.wave - late),
                                 bit.wave - bit.first);
                else if (bit.value == '1')
                    std::fprintf(file, "HIGH %s %zu\n", code.c_str(), i);
            }
        }
        std::fclose(file);
    }
};

#endif
