// SPDX-License-Identifier: Apache-2.0
namespace Antmicro.Renode.Vmote
{
    // What tells how warm it is, in degrees Celsius.
    public interface IThermometer
    {
        double Temperature { get; }
    }
}
