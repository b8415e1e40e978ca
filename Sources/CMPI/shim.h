// What Hansa calls of MPI: handles such as MPI_COMM_WORLD are macros, which Swift does not see, and differ in kind between
// MPICH and Open MPI.

#ifndef HANSA_CMPI_SHIM_H
#define HANSA_CMPI_SHIM_H

#include <mpi.h>
#include <time.h>

// Calls come from one task at a time, but from changing threads. 0, or an error code.
static inline int hansa_mpi_start(int *rank, int *count) {
    int provided = 0;
    int error = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    if (error != MPI_SUCCESS) return error;
    if (provided < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
    error = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    if (error == MPI_SUCCESS) error = MPI_Comm_rank(MPI_COMM_WORLD, rank);
    if (error == MPI_SUCCESS) error = MPI_Comm_size(MPI_COMM_WORLD, count);
    return error;
}

static inline int hansa_mpi_send(const void *bytes, int count, int rank) {
    return MPI_Send(bytes, count, MPI_BYTE, rank, 0, MPI_COMM_WORLD);
}

static inline int hansa_mpi_receive(void *bytes, int count, int rank) {
    return MPI_Recv(bytes, count, MPI_BYTE, rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

// Whether a message of this rank can be received without waiting.
static inline int hansa_mpi_probe(int rank, int *is_there) {
    return MPI_Iprobe(rank, 0, MPI_COMM_WORLD, is_there, MPI_STATUS_IGNORE);
}

// Lets others have the processor for a moment.
static inline void hansa_mpi_pause(void) {
    struct timespec pause = {0, 100000};
    nanosleep(&pause, NULL);
}

static inline int hansa_mpi_finish(void) { return MPI_Finalize(); }

// An error's words; `words` has room for HANSA_MPI_WORDS bytes.
enum { HANSA_MPI_WORDS = MPI_MAX_ERROR_STRING };
static inline int hansa_mpi_words(int error, char *words) {
    int length = 0;
    if (MPI_Error_string(error, words, &length) != MPI_SUCCESS) return 0;
    return length;
}

#endif
