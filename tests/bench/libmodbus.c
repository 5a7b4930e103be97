/* The bare loop that the agent is measured beside: read, append to a file, nothing else.
 *
 * usage: libmodbus SECONDS WORDS FILE PORT...
 * Reads WORDS holding registers from address 0 of every PORT of 127.0.0.1 once a second, for SECONDS seconds, and
 * prints "values cpu_seconds" at the end. */
#include <modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: libmodbus SECONDS WORDS FILE PORT...\n");
        return 64;
    }
    const int seconds = atoi(argv[1]), words = atoi(argv[2]), devices = argc - 4;
    FILE *out = fopen(argv[3], "wb");
    modbus_t **device = calloc((size_t)devices, sizeof *device);
    if (!out || !device || words < 1 || words > MODBUS_MAX_READ_REGISTERS) return 70;
    for (int i = 0; i < devices; i++) {
        device[i] = modbus_new_tcp("127.0.0.1", atoi(argv[4 + i]));
        if (!device[i] || modbus_connect(device[i]) != 0) return 69;
    }
    uint16_t registers[MODBUS_MAX_READ_REGISTERS];
    long long values = 0;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (int second = 0; second < seconds; second++) {
        for (int i = 0; i < devices; i++) {
            if (modbus_read_registers(device[i], 0, words, registers) != words) return 74;
            fwrite(registers, sizeof registers[0], (size_t)words, out);
            values += words;
        }
        fflush(out);
        next.tv_sec++;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("%lld %.6f\n", values,
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return 0;
}
