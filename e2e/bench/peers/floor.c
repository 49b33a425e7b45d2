/*
 * The floor: what fan-out costs when nothing but the kernel works. Accepts WebSocket clients on a port of its own
 * (printed as the first line), answers their upgrade with a constant, and sends each frame that comes on standard
 * input, behind its u32 length, to all of them with one send() each. Ends when standard input does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_EVENTS 512
#define MAX_FRAME (1 << 20)

/* The generator does not check the accept key, so it needs no SHA-1 here. */
static const char UPGRADED[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";

static int *members, member_count, member_room;
static int *place_of, place_room;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void *grow(void *block, size_t bytes) {
  void *grown = realloc(block, bytes);
  if (grown == NULL) fail("realloc");
  return grown;
}

/* Dense array of the upgraded; place_of[fd] is 1 + its index, 0 while it is not one of them. */
static void join_room(int fd) {
  if (member_count == member_room) members = grow(members, (member_room = member_room * 2 + 64) * sizeof(int));
  members[member_count++] = fd;
  place_of[fd] = member_count;
}

static void know(int fd) {
  if (fd >= place_room) {
    int room = fd * 2 + 64;
    place_of = grow(place_of, room * sizeof(int));
    memset(place_of + place_room, 0, (room - place_room) * sizeof(int));
    place_room = room;
  }
  place_of[fd] = 0;
}

static void drop(int fd) {
  int place = place_of[fd];
  if (place > 0) {
    int last = members[--member_count];
    members[place - 1] = last;
    place_of[last] = place;
    place_of[fd] = 0;
  }
  close(fd);
}

static void accept_all(int listener, int poll) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    know(fd);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
  }
}

/* The first bytes are the upgrade request, which comes whole over loopback; what comes later is not read into. */
static void read_client(int fd) {
  char bytes[4096];
  ssize_t count = recv(fd, bytes, sizeof bytes, 0);
  if (count == 0 || (count < 0 && errno != EAGAIN)) drop(fd);
  else if (count > 0 && place_of[fd] == 0) {
    if (send(fd, UPGRADED, sizeof UPGRADED - 1, MSG_NOSIGNAL) > 0) join_room(fd);
  }
}

static void send_to_all(const char *frame, size_t size) {
  for (int index = 0; index < member_count; index++) send(members[index], frame, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Returns 0 when standard input has ended. */
static int read_frames(void) {
  static char held[4 + MAX_FRAME];
  static size_t have;
  ssize_t count = read(0, held + have, sizeof held - have);
  if (count <= 0) return count < 0 && errno == EAGAIN;
  have += count;
  while (have >= 4) {
    uint32_t size;
    memcpy(&size, held, 4);
    size = ntohl(size);
    if (size > MAX_FRAME) exit(2);
    if (have < 4 + (size_t)size) break;
    send_to_all(held + 4, size);
    have -= 4 + size;
    memmove(held, held + 4 + size, have);
  }
  return 1;
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  int poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");
  event.data.fd = 0;
  if (epoll_ctl(poll, EPOLL_CTL_ADD, 0, &event) < 0) fail("standard input is no pipe");

  for (;;) {
    struct epoll_event events[MAX_EVENTS];
    int count = epoll_wait(poll, events, MAX_EVENTS, -1);
    for (int index = 0; index < count; index++) {
      int fd = events[index].data.fd;
      if (fd == listener) accept_all(listener, poll);
      else if (fd != 0) read_client(fd);
      else if (!read_frames()) return 0;
    }
  }
}
