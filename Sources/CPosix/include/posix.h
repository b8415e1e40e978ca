/* What the device half needs of the C library, in a form that Embedded Swift can call. */
#pragma once
