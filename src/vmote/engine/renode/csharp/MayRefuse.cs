// SPDX-License-Identifier: Apache-2.0
namespace Antmicro.Renode.Peripherals.I2C
{
    // A part that does not always answer its address: it may be without power. Renode's own interface cannot say so. A
    // part of ours takes each byte when it is on the bus; any other gets what was written in one piece, as it expects.
    public interface IMayRefuse
    {
        bool Refuses { get; }

        // Told of each (repeated) start with its address that it acknowledges: an address alone may be a command.
        void Addressed(bool read);
    }
}
