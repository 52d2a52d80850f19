namespace OrleansTasks.Clocks;

/// <summary>
/// Creates a timer that fires once on the turns of a grain, and once more each time it is changed. The grain stays active meanwhile.
/// </summary>
/// <param name="tick">The callback.</param>
/// <param name="due">The time after which it fires. Infinite: it does not fire before it is changed.</param>
internal delegate IGrainTimer TimerFactory(Func<Task> tick, TimeSpan due);
