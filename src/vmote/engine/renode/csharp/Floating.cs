// SPDX-License-Identifier: Apache-2.0
namespace Antmicro.Renode.Vmote
{
    // Has pins that somebody outside may drive, and let go of again. Renode's lines are high or low, and nothing else.
    public interface IFloating
    {
        void LetGo(int pin);
    }
}
