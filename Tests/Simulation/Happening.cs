namespace OrleansTasks.Simulation;

/// <summary>Something that is to happen; on a silo, if it is that silo's affair.</summary>
internal sealed class Happening(Action action, SimSilo? silo)
{
    /// <summary>Whether it does not happen any more.</summary>
    public bool IsOff { get; private set; }

    public void CallOff() => IsOff = true;

    /// <summary>Happens: at once, when the silo goes on that stands still, or never on one that is lost.</summary>
    public void Happen()
    {
        if (silo is null)
        {
            action();
        }
        else
        {
            silo.Do(() =>
            {
                if (!IsOff)
                {
                    action();
                }
            });
        }
    }
}
