namespace OrleansTasks.Simulation;

/// <summary>Represents something that happens later, on a silo or outside all silos.</summary>
internal sealed class Happening(Action action, SimSilo? silo)
{
    /// <summary>Gets whether it has been cancelled.</summary>
    public bool IsOff { get; private set; }

    public void CallOff() => IsOff = true;

    /// <summary>Executes the action: at once, when its frozen silo resumes, or never if its silo is lost.</summary>
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
