namespace OrleansTasks.Clocks;

/// <summary>Makes a timer that ticks once on the turns of a grain, and once more each time it is changed; the grain stays active meanwhile.</summary>
/// <param name="tick">What it does.</param>
/// <param name="due">After how long it ticks; infinite: not before it is changed.</param>
internal delegate IGrainTimer TimerFactory(Func<Task> tick, TimeSpan due);
