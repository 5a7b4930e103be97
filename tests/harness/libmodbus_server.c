/* A Modbus server that is not ours (libmodbus), told by its parent what its registers hold.
 *
 * usage: libmodbus_server tcp | libmodbus_server rtu PORT
 *
 * Prints the TCP port it listens on, 0 on a serial port. Then each line on standard input sets one register:
 * "holding 3 17", "input 0 5". Ends when standard input ends, so that it never outlives the test that started it.
 */
#include <arpa/inet.h>
#include <modbus.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 256, UNIT = 1, SERIAL_BAUD = 115200 };
static const int BITS[16] = {1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};

static modbus_mapping_t *map;
static char line[4096];
static size_t held;

/* Takes what the parent says; 0 when it has gone. */
static int listen_to_parent(void) {
    ssize_t count = read(STDIN_FILENO, line + held, sizeof line - held - 1);
    if (count <= 0)
        return 0;
    held += (size_t)count;
    line[held] = 0;
    char *rest = line, *end;
    while ((end = strchr(rest, '\n')) != NULL) {
        char table[16];
        unsigned address, value;
        if (sscanf(rest, "%15s %u %u", table, &address, &value) != 3 || address >= SIZE)
            return 0;
        (strcmp(table, "input") == 0 ? map->tab_input_registers : map->tab_registers)[address] = (uint16_t)value;
        rest = end + 1;
    }
    held -= (size_t)(rest - line);
    memmove(line, rest, held);
    return 1;
}

/* Answers one request; 0 when the line has broken. */
static int answer(modbus_t *modbus) {
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int length = modbus_receive(modbus, query);
    if (length > 0)
        modbus_reply(modbus, query, length, map);
    return length >= 0;
}

int main(int count, char **arguments) {
    int serial = count == 3 && strcmp(arguments[1], "rtu") == 0;
    if (!serial && (count != 2 || strcmp(arguments[1], "tcp") != 0))
        return 64;
    map = modbus_mapping_new(16, 16, SIZE, SIZE);
    if (map == NULL)
        return 70;
    for (int at = 0; at < 16; at++)
        map->tab_bits[at] = map->tab_input_bits[at] = (uint8_t)BITS[at];
    modbus_t *modbus = serial ? modbus_new_rtu(arguments[2], SERIAL_BAUD, 'N', 8, 1) : modbus_new_tcp("127.0.0.1", 0);
    if (modbus == NULL || modbus_set_slave(modbus, UNIT) != 0)
        return 70;
    int listener = -1, client = -1, port = 0;
    if (serial) {
        if (modbus_connect(modbus) != 0)
            return 74;
        client = modbus_get_socket(modbus);
    } else {
        struct sockaddr_in at;
        socklen_t size = sizeof at;
        listener = modbus_tcp_listen(modbus, 1);
        if (listener < 0 || getsockname(listener, (struct sockaddr *)&at, &size) != 0)
            return 74;
        port = ntohs(at.sin_port);
    }
    printf("%d\n", port);
    fflush(stdout);
    for (;;) {
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(STDIN_FILENO, &ready);
        int waiting = client >= 0 ? client : listener;
        FD_SET(waiting, &ready);
        if (select(waiting + 1, &ready, NULL, NULL, NULL) < 0)
            return 71;
        if (FD_ISSET(STDIN_FILENO, &ready) && !listen_to_parent())
            return 0;
        if (!FD_ISSET(waiting, &ready))
            continue;
        if (client < 0) {
            client = modbus_tcp_accept(modbus, &listener);
        } else if (!answer(modbus) && !serial) {
            close(client);
            client = -1;
        }
    }
}
