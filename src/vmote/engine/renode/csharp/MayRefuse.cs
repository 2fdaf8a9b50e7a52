// SPDX-License-Identifier: Apache-2.0
namespace Antmicro.Renode.Peripherals.I2C
{
    // A part that does not always answer its address: it may be without power. Renode's own interface cannot say so.
    public interface IMayRefuse
    {
        bool Refuses { get; }
    }
}
